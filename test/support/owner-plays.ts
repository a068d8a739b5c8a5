import { adopt, nextJob } from '../../domain/owner.ts'
import type { HookEvidence } from '../../domain/incident.ts'
import { decide } from '../../domain/owner-decisions.ts'
import {
  DEFAULT_PACE,
  type Job,
  type JobResult,
  NEW_OWNER,
  type OwnerHint,
  type OwnerState,
  type TokenFacts,
  type WantedFacts,
} from '../../domain/owner-state.ts'

const HOUR = 60 * 60_000
/** When every play begins. */
export const START = Date.UTC(2026, 10, 21)

/** A row that wants a connection and has a fresh token. */
export const facts = (more: Partial<WantedFacts> = {}): WantedFacts => ({
  wanted: 'connected',
  wantedRevision: 1,
  observedRevision: 0,
  wantsRefresh: false,
  token: { generation: 1, issuedAt: START, expiresAt: START + 2 * HOUR, dead: null },
  incoming: false,
  outgoing: false,
  held: 0,
  hookTasks: 0,
  ...more,
})

/** A hook of which nothing ill is known. */
export const WELL: HookEvidence = {
  at: START,
  retryStartedAt: null,
  deliveredAt: null,
  failures: 0,
  isStaleOnly: false,
}

/** The last page of a sync that found nothing new. */
export const synced = { kind: 'page', found: '', next: null, startedAt: START, unheard: 0 } as const

/** A pass that found the hook as wanted. */
export const listed: Extract<JobResult, { kind: 'hook' }> = {
  kind: 'hook',
  found: 'listed active',
  settled: true,
  remoteUri: 'hook-1',
  callbackUrl: 'https://hooks.test/webhooks/calendly/x',
  evidence: WELL,
}

/** An owner that has read its row and done nothing yet. */
export const owner = (more: Partial<WantedFacts> = {}): OwnerState => adopt(NEW_OWNER, facts(more))

/** The owner after a job with this result. */
export const after = (
  state: OwnerState,
  name: Job['name'],
  result: JobResult,
  now = START,
): OwnerState => decide(state, { job: { name }, result }, { now, pace: DEFAULT_PACE, jitter: 0.5 })

/** The job it would choose now. */
export const chosen = (
  state: OwnerState,
  now = START,
  asked: OwnerHint[] = [],
): string | undefined => nextJob(state, new Set(asked), now)?.name

/** A token fresh at the start. */
export const token = (): TokenFacts => ({
  generation: 1,
  issuedAt: START,
  expiresAt: START + 2 * HOUR,
  dead: null,
})
