import {
  CALLS_WITH_TOKEN,
  dueOf,
  mayCallToken,
  mayRelease,
  mayStartSync,
  mustRefresh,
} from './owner.ts'
import { cleaning, DEBT_LIFE } from './owner-cleanup.ts'
import { deathOf } from './owner-health.ts'
import type { Job, JobName, OwnerState } from './owner-state.ts'

/** When the owner must wake by itself; it reads the row then too. */
export function nextDue(state: OwnerState, now: number): { name: JobName; at: number } | undefined {
  const dues = awaited(state, now).map((name) => ({ name, at: wakeFor(state, name, now) }))
  return dues.toSorted((a, b) => a.at - b.at)[0]
}

/** The jobs that a sleeping owner waits for: the same choice as `tending`, without the clock. */
function awaited(state: OwnerState, now: number): readonly JobName[] {
  const { facts } = state
  if (facts === null) return []
  if (facts.wanted === 'disconnected') return namesOf(cleaning(state, now))
  const holding: readonly JobName[] = mayRelease(facts) ? ['releaseHeld'] : []
  if (facts.incoming) return ['adoptCredential', ...holding]
  if (facts.token === null || facts.token.dead !== null) return holding
  if (mustRefresh(state, facts)) return ['refreshToken', ...holding]
  if (deathOf(state) !== null) return holding
  const asked: readonly JobName[] = facts.hookTasks > 0 ? ['tendHooks'] : []
  const leaving: readonly JobName[] = facts.outgoing ? ['leaveAccount'] : []
  if (facts.wanted === 'paused') return ['reconcileHook', ...asked, ...leaving]
  const syncing: readonly JobName[] = mayStartSync(state) ? ['syncPage'] : []
  return ['reconcileHook', ...asked, ...syncing, ...holding, ...leaving]
}

const namesOf = (job: Job | undefined): readonly JobName[] => (job === undefined ? [] : [job.name])

function wakeFor(state: OwnerState, name: JobName, now: number): number {
  const due = dueOf(state, name)
  if (name === 'refreshToken') return Math.max(due, capEnd(state, now))
  const end =
    isCleaningDue(state) && name !== 'eraseSecrets'
      ? (state.cleanup.owingSince ?? now) + DEBT_LIFE
      : undefined
  const blocked = CALLS_WITH_TOKEN.has(name) ? blockedUntil(state, now) : 0
  return Math.min(Math.max(due, blocked), end ?? Number.POSITIVE_INFINITY)
}

const isCleaningDue = (state: OwnerState): boolean =>
  state.facts?.wanted === 'disconnected' && state.cleanup.owingSince !== null

/** An expired or refused token blocks every call until its refresh may be tried again. */
function blockedUntil(state: OwnerState, now: number): number {
  const token = state.facts?.token
  if (token == null || deathOf(state) !== null) return 0
  const isRefused = state.refused.times > 0 && state.refused.generation === token.generation
  if (now < token.expiresAt && !isRefused) return 0
  return Math.max(state.notBefore.refreshToken ?? 0, capEnd(state, now))
}

/** When the cap of token calls a minute lets the next one through; 0 when it does now. */
function capEnd(state: OwnerState, now: number): number {
  const oldest = state.tokenCallsAt.filter((at) => at > now - 60_000)[0]
  return mayCallToken(state, now) || oldest === undefined ? 0 : oldest + 60_000
}
