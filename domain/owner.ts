import type { Health } from './integration-status.ts'
import type { Job, JobName, OwnerHint, OwnerState, WantedFacts } from './owner-state.ts'

/** Calendly allows 8 token calls for a user and minute; half of that is ours to use. */
const TOKEN_CALLS_A_MINUTE = 4

/** Takes over what the row says. A new revision wipes the back-offs: a person wants it now. */
export function adopt(state: OwnerState, facts: WantedFacts): OwnerState {
  const isNews = facts.wantedRevision !== state.facts?.wantedRevision
  if (!isNews) return { ...state, facts }
  const isBack = facts.wanted !== 'disconnected' && state.facts?.wanted === 'disconnected'
  return {
    ...state,
    facts,
    notBefore: {},
    tries: {},
    trouble: null,
    dueReconcile: 0,
    cleanup: isBack || facts.wanted !== 'disconnected' ? FRESH_CLEANUP : state.cleanup,
  }
}

const FRESH_CLEANUP = { hooksGone: false, tokensRevoked: false, secretsErased: false, owing: null }

/**
 * The most urgent job that can be done now, or undefined when there is none. Hints it can't
 * serve are removed from `asked`, or the loop would spin on them.
 */
export function nextJob(state: OwnerState, asked: Set<OwnerHint>, now: number): Job | undefined {
  if (state.facts === null) return undefined
  if (state.facts.wanted === 'disconnected') {
    asked.clear()
    return cleaning(state, now)
  }
  const job = tending(state, state.facts, asked)
  if (job === undefined) asked.clear()
  return job !== undefined && !isWaiting(state, job, now) ? ready(state, job, now) : undefined
}

/** The first step of cleaning that is not done and not backing off. */
function cleaning(state: OwnerState, now: number): Job | undefined {
  const { cleanup } = state
  const name: JobName | undefined = !cleanup.hooksGone
    ? 'removeHooks'
    : !cleanup.tokensRevoked
      ? 'revokeTokens'
      : !cleanup.secretsErased
        ? 'eraseSecrets'
        : undefined
  return name === undefined || isWaiting(state, { name }, now) ? undefined : { name }
}

/** What a connected or paused integration needs next, whether or not it must still wait. */
function tending(
  state: OwnerState,
  facts: WantedFacts,
  asked: ReadonlySet<OwnerHint>,
): Job | undefined {
  if (facts.incoming) return { name: 'adoptCredential' }
  if (facts.outgoing) return { name: 'leaveAccount' }
  if (facts.token === null || facts.token.dead !== null) return undefined
  if (asked.has('refresh')) return { name: 'refreshToken', answers: 'refresh' }
  if (mustRefresh(state, facts)) return { name: 'refreshToken' }
  if (asked.has('reconcile')) return { name: 'reconcileHook', answers: 'reconcile' }
  if (facts.held > 0 && facts.wanted === 'connected') return { name: 'releaseHeld' }
  return upkeep(state, facts, asked)
}

/** A reconnect tries the refresh token once for its revision, before consent is asked. */
const mustRefresh = (state: OwnerState, facts: WantedFacts): boolean =>
  facts.wantsRefresh && state.refreshedRevision < facts.wantedRevision

/** The regular work, in the order of its due time. */
function upkeep(state: OwnerState, facts: WantedFacts, asked: ReadonlySet<OwnerHint>): Job {
  if (asked.has('sync') && state.sync === null) return { name: 'syncPage', answers: 'sync' }
  if (facts.wanted === 'paused') return { name: 'reconcileHook' }
  if (state.sync !== null && state.sync.kind === 'window') return { name: 'syncPage' }
  return dueOf(state, 'syncPage') < dueOf(state, 'reconcileHook')
    ? { name: 'syncPage' }
    : { name: 'reconcileHook' }
}

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

const NEEDS_TOKEN: ReadonlySet<JobName> = new Set(['reconcileHook', 'syncPage', 'leaveAccount'])

/** Puts a refresh before a call that would fall into the last half of the token's life. */
function ready(state: OwnerState, job: Job, now: number): Job | undefined {
  if (job.name === 'refreshToken') return mayCallToken(state, now) ? job : undefined
  if (job.name === 'leaveAccount' || !NEEDS_TOKEN.has(job.name)) return job
  const token = state.facts?.token
  if (token == null || now < halfLife(token)) return job
  const isUsable = now < token.expiresAt
  const canRefresh =
    (state.notBefore.refreshToken ?? 0) <= now && mayCallToken(state, now)
  if (canRefresh) return { name: 'refreshToken' }
  return isUsable ? job : undefined
}

const halfLife = (token: { issuedAt: number; expiresAt: number }): number =>
  token.issuedAt + (token.expiresAt - token.issuedAt) / 2

const mayCallToken = (state: OwnerState, now: number): boolean =>
  state.tokenCallsAt.filter((at) => at > now - 60_000).length < TOKEN_CALLS_A_MINUTE

/** Whether what the row wants has been reached, or can't be without a person. */
export function settled(state: OwnerState): boolean {
  const { facts } = state
  if (facts === null) return false
  if (facts.wanted === 'disconnected') return state.cleanup.secretsErased || state.cleanup.owing !== null
  if (facts.incoming) return false
  if (facts.token === null || facts.token.dead !== null) return true
  if (mustRefresh(state, facts)) return false
  return state.hook.state === 'live' || state.hook.state === 'refused'
}

/** Whether nothing is left to do for ever, unless the row changes. */
export const isOver = (state: OwnerState): boolean =>
  state.facts?.wanted === 'disconnected' &&
  state.cleanup.secretsErased &&
  state.facts.observedRevision === state.facts.wantedRevision

/** When the owner must wake by itself; it reads the row then too. */
export function nextDue(state: OwnerState, now: number): { name: JobName; at: number } | undefined {
  const { facts } = state
  if (facts === null) return undefined
  const names: JobName[] =
    facts.wanted === 'disconnected'
      ? ['removeHooks', 'revokeTokens', 'eraseSecrets']
      : facts.incoming
        ? ['adoptCredential']
        : facts.token === null || facts.token.dead !== null
          ? []
          : facts.wanted === 'paused'
            ? ['reconcileHook']
            : ['reconcileHook', 'syncPage']
  const dues = names.map((name) => ({ name, at: Math.max(dueOf(state, name), blockedUntil(state, now)) }))
  return dues.reduce<{ name: JobName; at: number } | undefined>(
    (first, due) => (first === undefined || due.at < first.at ? due : first),
    undefined,
  )
}

/** An expired token blocks every call until its refresh may be tried again. */
function blockedUntil(state: OwnerState, now: number): number {
  const token = state.facts?.token
  if (token == null || now < token.expiresAt) return 0
  const oldest = state.tokenCallsAt.filter((at) => at > now - 60_000)[0]
  const capped = mayCallToken(state, now) || oldest === undefined ? 0 : oldest + 60_000
  return Math.max(state.notBefore.refreshToken ?? 0, capped)
}

/** The status people are told, with its cause and the way on. */
export function healthOf(state: OwnerState): Health {
  const { facts, hook } = state
  if (facts === null) return { status: 'connecting', reason: null, nextStep: null }
  if (facts.wanted === 'disconnected')
    return state.cleanup.owing !== null && !state.cleanup.secretsErased
      ? {
          status: 'disconnected',
          reason: state.cleanup.owing,
          nextStep: 'We keep removing what is left at the provider for 72 hours.',
        }
      : { status: 'disconnected', reason: null, nextStep: null }
  if (facts.incoming) return { status: 'connecting', reason: state.trouble, nextStep: null }
  if (facts.token === null || facts.token.dead !== null)
    return {
      status: 'needsReconnect',
      reason: facts.token?.dead ?? 'There is no access to the account.',
      nextStep: 'Reconnect the account.',
    }
  if (facts.wanted === 'paused')
    return { status: 'paused', reason: 'Paused by a person.', nextStep: 'Resume to catch up.' }
  if (hook.state === 'refused' && hook.refusal !== null) return REFUSED[hook.refusal]
  if (hook.state === 'live')
    return {
      status: 'live',
      reason: hook.retrying ? 'The provider is retrying deliveries to us.' : state.trouble,
      nextStep: null,
    }
  return { status: 'connecting', reason: state.trouble, nextStep: null }
}

const REFUSED: Readonly<Record<'plan' | 'scope' | 'role', Health>> = {
  plan: {
    status: 'polling',
    reason: "The account's plan has no webhooks, so bookings are fetched every half hour.",
    nextStep: 'Upgrade the plan at the provider; the webhook is then made by itself.',
  },
  scope: {
    status: 'needsScope',
    reason: 'The account granted too few permissions for webhooks.',
    nextStep: 'Reconnect and approve all requested permissions.',
  },
  role: {
    status: 'needsAdmin',
    reason: "The account's role may not create this webhook.",
    nextStep: 'Ask an owner or admin of the provider organization to connect.',
  },
}
