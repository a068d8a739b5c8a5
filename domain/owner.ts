import { begunAnew, cleaning, isLongClosed, LONG_CLEANED, withDebt } from './owner-cleanup.ts'
import { deathOf } from './owner-health.ts'
import type { Job, JobName, OwnerHint, OwnerState, WantedFacts } from './owner-state.ts'
import { NOTHING_CLEANED } from './owner-state.ts'

/** Calendly allows 8 token calls for a user and minute; half of that is ours to use. */
const TOKEN_CALLS_A_MINUTE = 4

/** Takes over what the row says. A new revision wipes the back-offs: a person wants it now. */
export function adopt(state: OwnerState, facts: WantedFacts): OwnerState {
  if (isLongClosed(state, facts)) return { ...state, facts, cleanup: LONG_CLEANED }
  const isNews = facts.wantedRevision !== state.facts?.wantedRevision
  if (!isNews) return { ...state, facts, cleanup: withDebt(state.cleanup, facts) }
  const isBack = facts.wanted !== 'disconnected' && state.facts?.wanted === 'disconnected'
  return {
    ...state,
    facts,
    notBefore: {},
    tries: {},
    trouble: null,
    dueReconcile: 0,
    cleanup:
      isBack || facts.wanted !== 'disconnected'
        ? NOTHING_CLEANED
        : withDebt(begunAnew(state.cleanup, facts), facts),
  }
}

/**
 * The most urgent job that can be done now, or undefined when there is none. Hints it can't
 * serve are removed from `asked`, or the loop would spin on them.
 */
export function nextJob(state: OwnerState, asked: Set<OwnerHint>, now: number): Job | undefined {
  const job = state.facts === null ? undefined : wished(state, state.facts, { asked, now })
  const isReady = job !== undefined && !isWaiting(state, job, now)
  const chosen = isReady ? withFreshToken(state, job, now) : undefined
  if (chosen !== undefined || asked.size === 0) return chosen
  // What can't be served now holds up nothing that is due.
  asked.clear()
  return nextJob(state, asked, now)
}

interface Moment {
  readonly asked: ReadonlySet<OwnerHint>
  readonly now: number
}

const wished = (state: OwnerState, facts: WantedFacts, moment: Moment): Job | undefined =>
  facts.wanted === 'disconnected' ? cleaning(state, moment.now) : tending(state, facts, moment)

/** What a connected or paused integration needs next, whether or not it must still wait. */
function tending(state: OwnerState, facts: WantedFacts, moment: Moment): Job | undefined {
  const { asked } = moment
  if (mayRelease(facts) && dueOf(state, 'releaseHeld') <= moment.now) return { name: 'releaseHeld' }
  if (facts.incoming) return { name: 'adoptCredential' }
  if (facts.token === null || facts.token.dead !== null) return undefined
  if (asked.has('refresh')) return { name: 'refreshToken', answers: 'refresh' }
  if (mustRefresh(state, facts)) return { name: 'refreshToken' }
  if (deathOf(state) !== null) return undefined
  if (facts.outgoing && dueOf(state, 'leaveAccount') <= moment.now) return { name: 'leaveAccount' }
  if (facts.hookTasks > 0 && dueOf(state, 'tendHooks') <= moment.now) return { name: 'tendHooks' }
  if (asked.has('reconcile')) return { name: 'reconcileHook', answers: 'reconcile' }
  return upkeep(state, facts, moment)
}

/** A reconnect tries the refresh token once for its revision, before consent is asked. */
export const mustRefresh = (state: OwnerState, facts: WantedFacts): boolean =>
  facts.wantsRefresh && state.refreshedRevision < facts.wantedRevision

/** Held bookings need neither provider nor token: a dead grant is no reason to keep them. */
export const mayRelease = ({ held, wanted }: WantedFacts): boolean =>
  held > 0 && wanted === 'connected'

/** The regular work: the hook first, because a sync behind a dead hook finds what it missed. */
function upkeep(state: OwnerState, facts: WantedFacts, { asked, now }: Moment): Job | undefined {
  if (dueOf(state, 'reconcileHook') <= now) return { name: 'reconcileHook' }
  if (facts.wanted === 'paused') return undefined
  if (asked.has('sync') && state.sync === null) return { name: 'syncPage', answers: 'sync' }
  return mayStartSync(state) && dueOf(state, 'syncPage') <= now ? { name: 'syncPage' } : undefined
}

/** A sync before the hook stands would have to be done again; a hook that can't be seen is no reason to wait long. */
export const mayStartSync = ({ sync, hook, tries }: OwnerState): boolean =>
  sync !== null || hook.checkedAt !== null || (tries.reconcileHook ?? 0) > 2

/** When a job may begin: its schedule or its back-off, whichever is later. */
export function dueOf(state: OwnerState, name: JobName): number {
  const backOff = state.notBefore[name] ?? 0
  if (name === 'reconcileHook') return Math.max(backOff, state.dueReconcile)
  // A running sync goes on at once; a new one waits until the hook has been looked at.
  if (name === 'syncPage') return Math.max(backOff, state.sync === null ? state.dueSync : 0)
  return backOff
}

/** Hinted and urgent jobs ignore the schedule but never the provider's own "not before". */
function isWaiting(state: OwnerState, job: Job, now: number): boolean {
  const due = job.answers === undefined ? dueOf(state, job.name) : (state.notBefore[job.name] ?? 0)
  return due > now
}

/** Puts a refresh before a call that would fall into the last half of the token's life. */
function withFreshToken(state: OwnerState, job: Job, now: number): Job | undefined {
  const canRefresh = (state.notBefore.refreshToken ?? 0) <= now && mayCallToken(state, now)
  if (job.name === 'refreshToken') return canRefresh ? job : undefined
  const token = state.facts?.token
  if (!CALLS_WITH_TOKEN.has(job.name) || token == null || deathOf(state) !== null) return job
  const isRefused = state.refused.times > 0 && state.refused.generation === token.generation
  // Who leaves takes no new tokens while the old ones do.
  const isLeaving = job.name === 'removeHooks' && now < token.expiresAt
  if ((isLeaving || now < halfLife(token)) && !isRefused) return job
  if (canRefresh) return { name: 'refreshToken' }
  return now < token.expiresAt && !isRefused ? job : undefined
}

/** The jobs that call the provider with the access token in use. */
export const CALLS_WITH_TOKEN: ReadonlySet<JobName> = new Set([
  'tendHooks',
  'reconcileHook',
  'syncPage',
  'removeHooks',
])

const halfLife = (token: { issuedAt: number; expiresAt: number }): number =>
  token.issuedAt + (token.expiresAt - token.issuedAt) / 2

/** Whether another token call keeps within our share of the provider's limit. */
export const mayCallToken = (state: OwnerState, now: number): boolean =>
  state.tokenCallsAt.filter((at) => at > now - 60_000).length < TOKEN_CALLS_A_MINUTE

/** Whether what the row wants has been reached, or can't be without a person. */
export function settled(state: OwnerState): boolean {
  const { facts } = state
  if (facts === null) return false
  if (facts.wanted === 'disconnected')
    return state.cleanup.secretsErased || state.cleanup.owing !== null
  if (facts.wanted === 'paused') return true
  if (facts.incoming) return false
  if (facts.token?.dead === null && mustRefresh(state, facts)) return false
  if (deathOf(state) !== null || facts.byHand != null) return true
  // What the provider showed for an earlier wish says nothing of this one.
  if (state.hook.forRevision !== facts.wantedRevision) return false
  return state.hook.state === 'live' || state.hook.state === 'refused'
}

/** Whether nothing is left to do for ever, unless the row changes. */
export const isOver = (state: OwnerState): boolean =>
  state.facts?.wanted === 'disconnected' &&
  state.cleanup.secretsErased &&
  state.facts.observedRevision === state.facts.wantedRevision
