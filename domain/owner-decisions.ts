import { cleaned, isCleaning, owing } from './owner-cleanup.ts'
import type { Judgement } from './judgement.ts'
import { deathOf } from './owner-health.ts'
import { hookLost, hookRefused, hookSeen } from './owner-hook.ts'
import { NO_HOOK } from './owner-state.ts'
import { pageRead, syncRefused } from './owner-sync.ts'
import type { Decision, Job, JobName, JobResult, OwnerState } from './owner-state.ts'

/** Twenty decisions tell a day of an ill integration and cost two kilobytes of history. */
const DECISIONS_KEPT = 20
/** A blip is over in seconds or takes a while: 2 s, 4 s, 8 s … and at most a quarter of an hour. */
const FIRST_BACK_OFF = 2_000
const LONGEST_BACK_OFF = 15 * 60_000

/** The state after a job: what it learnt, when the next look is due, what to tell people. */
export function decide(
  state: OwnerState,
  { job, result }: { job: Job; result: JobResult },
  judgement: Judgement,
): OwnerState {
  const counted = remember(state, { job, result }, judgement.now)
  if (result.kind === 'again') return backOff(counted, { job, result }, judgement)
  // Only hooks and bookings are refused for a while; any other refusal would be asked for at once.
  if (result.kind === 'refused' && !MAY_BE_REFUSED.has(job.name))
    return backOff(counted, { job, result: { kind: 'again', found: result.found } }, judgement)
  // Refused to another access than the one in use: of that one it says nothing.
  if (result.kind === 'unauthorized' && WITH_OTHER_ACCESS.has(job.name))
    return backOff(counted, { job, result: OTHER_REFUSED }, judgement)
  const calm = { ...counted, ...withoutTrouble(counted, job.name) }
  if (result.kind === 'unauthorized') return tokenRefused(calm, job, judgement)
  if (result.kind === 'grantDead') return grantDied(calm, result.found)
  if (result.kind === 'refused')
    return job.name === 'syncPage'
      ? syncRefused(calm, result.refusal, judgement)
      : hookRefused(calm, result.refusal, judgement)
  if (result.kind === 'hook') return hookSeen(calm, result, judgement)
  if (result.kind === 'page') return pageRead(calm, result, judgement)
  return finished(calm, { job, result }, judgement.now)
}

const MAY_BE_REFUSED: ReadonlySet<JobName> = new Set(['reconcileHook', 'syncPage'])
const WITH_OTHER_ACCESS: ReadonlySet<JobName> = new Set(['adoptCredential', 'leaveAccount'])
const OTHER_REFUSED = { kind: 'again', found: 'the provider refused the access' } as const

function remember(
  state: OwnerState,
  { job, result }: { job: Job; result: JobResult },
  now: number,
): OwnerState {
  const found = 'found' in result ? result.found : 'the provider refused the access token'
  const decision: Decision = { at: now, did: job.name, found }
  const isTokenCall = job.name === 'refreshToken'
  return {
    ...state,
    decisions: [...state.decisions, decision].slice(-DECISIONS_KEPT),
    counts: { ...state.counts, [job.name]: (state.counts[job.name] ?? 0) + 1 },
    tokenCallsAt: isTokenCall
      ? [...state.tokenCallsAt.filter((at) => at > now - 60_000), now]
      : state.tokenCallsAt,
  }
}

function backOff(
  state: OwnerState,
  { job, result }: { job: Job; result: Extract<JobResult, { kind: 'again' }> },
  { now, jitter }: Judgement,
): OwnerState {
  const tries = (state.tries[job.name] ?? 0) + 1
  const grown = Math.min(FIRST_BACK_OFF * 2 ** (tries - 1), LONGEST_BACK_OFF)
  // "Try again after 0 seconds" is an answer too, and would be asked for without a rest.
  const pause = Math.max(result.afterMs ?? grown, grown / 2) * (1 + jitter / 4)
  return {
    ...state,
    ...stillDue(state, job, now),
    ...(result.lost !== undefined && hookLost(state, result.lost, now)),
    trouble: result.found,
    ...(result.limited && { limitedUntil: now + pause }),
    tries: { ...state.tries, [job.name]: tries },
    notBefore: { ...state.notBefore, [job.name]: now + pause },
    // A refresh on the way out is part of it: the person is not kept waiting.
    cleanup:
      state.facts?.wanted === 'disconnected'
        ? owing(state.cleanup, result.found, now)
        : state.cleanup,
  }
}

function withoutTrouble(
  state: OwnerState,
  name: JobName,
): Pick<OwnerState, 'tries' | 'notBefore' | 'trouble'> {
  const { [name]: _tries, ...tries } = state.tries
  const { [name]: _notBefore, ...notBefore } = state.notBefore
  // What another job still fails at goes on being told.
  const isOver = Object.keys(tries).length === 0
  return { tries, notBefore, trouble: isOver ? null : state.trouble }
}

/** Three refusals, two of them of fresh tokens, are no blip: the account itself is closed to us. */
const REFUSALS_BELIEVED = 3

/** The access token is refused: refresh now, and do the job again with the new one. */
function tokenRefused(state: OwnerState, job: Job, { now }: Judgement): OwnerState {
  const generation = state.facts?.token?.generation
  // Without access there is nothing left that we could clean up ourselves.
  const isLost = deathOf(state) !== null || job.name !== 'removeHooks'
  if (isCleaning(job.name) && isLost) return finished(state, { job, result: LEFT_BEHIND }, now)
  if (generation === undefined) return state
  const times = state.refused.times + 1
  if (times >= REFUSALS_BELIEVED)
    return grantDied(state, 'The provider refuses our access although the token was refreshed.')
  return { ...state, ...stillDue(state, job, now), refused: { generation, times } }
}

/** What was asked for and not done is due, although its own time may not have come. */
const stillDue = (
  { dueReconcile, dueSync }: OwnerState,
  { name }: Job,
  now: number,
): Pick<OwnerState, 'dueReconcile' | 'dueSync'> => ({
  dueReconcile: name === 'reconcileHook' ? Math.min(dueReconcile, now) : dueReconcile,
  dueSync: name === 'syncPage' ? Math.min(dueSync, now) : dueSync,
})

function grantDied(state: OwnerState, why: string): OwnerState {
  const { facts } = state
  if (facts === null) return state
  return {
    ...state,
    refreshedRevision: facts.wantedRevision,
    refused: UNREFUSED,
    dead: { generation: facts.token?.generation ?? 0, why },
    hook: { ...state.hook, state: 'unknown' },
  }
}

const UNREFUSED = { generation: 0, times: 0 }

/** Access was refused for good before all was removed. */
const LEFT_BEHIND = { kind: 'done', found: '', leftBehind: true } as const

function finished(
  state: OwnerState,
  { job, result }: { job: Job; result: Extract<JobResult, { kind: 'done' }> },
  now: number,
): OwnerState {
  const { facts } = state
  if (facts === null) return state
  // A key keeps its generation: it was tried, and may be refused again before it is believed dead.
  if (job.name === 'refreshToken')
    return {
      ...state,
      refreshedRevision: facts.wantedRevision,
      refused: { ...state.refused, generation: 0 },
    }
  // A new grant: look at the hook with it, and treat its account as never synced.
  if (job.name === 'adoptCredential')
    return {
      ...state,
      ...NEW_GRANT,
      projected: result.otherAccount === true ? null : state.projected,
      dueReconcile: now,
      dueSync: now,
    }
  if (!isCleaning(job.name)) return state
  return { ...state, cleanup: cleaned(state.cleanup, { job, result }) }
}

/** Nothing that was seen with another grant is known of this one. */
const NEW_GRANT = {
  backfilled: false,
  sync: null,
  dead: null,
  refused: UNREFUSED,
  hook: NO_HOOK,
  incident: null,
  goodAt: null,
  syncOwed: false,
  syncRefusal: null,
} as const
