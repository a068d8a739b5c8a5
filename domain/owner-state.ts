import type { Doubt, HookLoss } from './doubt.ts'
import type { Incident } from './incident.ts'
import type { ByHand } from './by-hand.ts'
import type { Health, IntegrationStatus, Wanted } from './integration-status.ts'
import type { OperationOutcome } from './operation.ts'
import type { SyncCursor } from './sync-cursor.ts'

export type { JobResult } from './job-result.ts'
export type { SyncCursor } from './sync-cursor.ts'

/** What somebody may ask of an owner; each is idempotent and may be lost without harm. */
export type OwnerHint = 'refresh' | 'reconcile' | 'sync'

/** The jobs of an owner, most urgent first where several are due. */
export type JobName =
  | 'adoptCredential'
  | 'leaveAccount'
  | 'removeHooks'
  | 'revokeTokens'
  | 'eraseSecrets'
  | 'refreshToken'
  | 'tendHooks'
  | 'reconcileHook'
  | 'releaseHeld'
  | 'syncPage'

/** One bounded piece of work: at most one provider call with effects, or one page of a sync. */
export interface Job {
  readonly name: JobName
  /** The hint this job serves, taken from the queue before the work begins. */
  readonly answers?: OwnerHint
}

/** The life of the token in use, without the token. Milliseconds of the workflow's clock. */
export interface TokenFacts {
  readonly generation: number
  readonly issuedAt: number
  readonly expiresAt: number
  readonly dead: string | null
}

/** What the row says, as read by the owner: all facts, no secret. */
export interface WantedFacts {
  readonly wanted: Wanted
  readonly wantedRevision: number
  readonly observedRevision: number
  /** A reconnect is waiting: the refresh token is tried before anything else. */
  readonly wantsRefresh: boolean
  readonly token: TokenFacts | null
  /** A fresh grant waits to be taken over. */
  readonly incoming: boolean
  /** Tokens of an account that was left, with a hook of ours that may still stand there. */
  readonly outgoing: boolean
  readonly held: number
  /** The oldest thing that is owed in the account last connected, and why. */
  readonly debt?: { readonly since: number; readonly why: string } | null
  /** What people ask of the hooks at the account and wait for. */
  readonly hookTasks: number
  /** How it stands where a person made the webhook and we have no access; else null. */
  readonly byHand?: ByHand | null
}

/** What the provider showed of our hook at the last pass. */
export interface HookFacts {
  readonly state: 'unknown' | 'live' | 'missing' | 'refused'
  readonly remoteUri: string | null
  readonly callbackUrl: string | null
  readonly checkedAt: number | null
  readonly retrying: boolean
  /** When the provider says that it began to try again, whether or not that is over. */
  readonly retryStartedAt: number | null
  /** The last delivery at this hook that could be verified. */
  readonly deliveredAt: number | null
  /** When this very hook was first seen active: what was booked before, it could not bring. */
  readonly standsSince: number | null
  /** What was found in its place when it was last seen gone. */
  readonly lost: HookLoss | null
  readonly refusal: Refusal | null
  /** Hooks of others at the same account. */
  readonly foreign?: number
  /** The wanted revision this was seen for: what was seen for an earlier one settles nothing. */
  readonly forRevision: number | null
}

/** Why a provider will not give us a hook although the token works. */
export type Refusal = 'plan' | 'scope' | 'role' | 'moved' | 'request'

/** One thing the owner did or learnt, kept for "why?". */
export interface Decision {
  readonly at: number
  readonly did: JobName
  readonly found: string
}

/** How far cleaning up after a disconnect has come. */
export interface CleanupFacts {
  readonly hooksGone: boolean
  readonly tokensRevoked: boolean
  readonly secretsErased: boolean
  /** The first try failed: the person is told, the debt is retried. */
  readonly owing: string | null
  readonly owingSince: number | null
  /** Secrets went before everything was removed: something of ours may stand there for good. */
  readonly leftBehind?: boolean
  /** An earlier owner has finished and reported: there is nothing to add. */
  readonly told?: boolean
}

/** Everything an owner carries from run to run. Plain JSON, a few kilobytes, no secret. */
export interface OwnerState {
  readonly facts: WantedFacts | null
  readonly refreshedRevision: number
  /** How often in a row the provider refused the access token of a generation (HTTP 401). */
  readonly refused: { readonly generation: number; readonly times: number }
  /** A generation that no longer works although its row may not say so. */
  readonly dead: { readonly generation: number; readonly why: string } | null
  readonly hook: HookFacts
  readonly cleanup: CleanupFacts
  /** A hook that is called active and does not bring what it should. */
  readonly incident: Incident | null
  readonly rebuiltAt: number | null
  /** When the last pass that found delivery to be good began. */
  readonly goodAt: number | null
  readonly sync: SyncCursor | null
  /** A doubt ended while a sync was running: another one must follow. */
  readonly syncOwed: boolean
  /** Why the provider will not show us bookings although the token works. */
  readonly syncRefusal: Refusal | null
  /** Bookings made until then have been checked for a delivery of theirs. */
  readonly heardUntil: number
  /** Passes in a row that left something to look at again. */
  readonly unsettledPasses: number
  readonly dueReconcile: number
  readonly dueSync: number
  readonly backfilled: boolean
  readonly notBefore: Readonly<Partial<Record<JobName, number>>>
  readonly tries: Readonly<Partial<Record<JobName, number>>>
  readonly tokenCallsAt: readonly number[]
  readonly trouble: string | null
  /** Until when the provider has asked us to slow down. */
  readonly limitedUntil?: number
  readonly projected: Projection | null
  readonly decisions: readonly Decision[]
  readonly counts: Readonly<Partial<Record<JobName, number>>>
}

/** What the row shows people; written when it changes. */
export interface Projection extends Health {
  readonly webhookActive: boolean
  readonly webhookUri: string | null
  readonly callbackUrl: string | null
  readonly checkedAt: number | null
  /** The gaps that are open: delivery is not known to be good. */
  readonly doubts: readonly Doubt[]
}

/** What the owner writes to the row: the projection and, once settled, the observed revision. */
export interface OwnerReport {
  readonly projection: Projection
  readonly observedRevision: number | null
  readonly outcome: OperationOutcome | null
}

/** The answer to "why?": plain words first, then the evidence. */
export interface OwnerExplanation {
  readonly summary: string
  readonly status: IntegrationStatus
  readonly nextDue: { readonly what: string; readonly at: string } | null
  readonly state: OwnerState
}

/** How often the owner looks, in milliseconds; healthy ones rarely, ill ones often. */
export interface Pace {
  readonly reconcileHealthy: number
  readonly reconcileIll: number
  readonly syncHealthy: number
  readonly syncIll: number
}

/** Spec section 5: hourly and six-hourly while healthy, else every 15 and 30 minutes. */
export const DEFAULT_PACE: Pace = {
  reconcileHealthy: 60 * 60_000,
  reconcileIll: 15 * 60_000,
  syncHealthy: 6 * 60 * 60_000,
  syncIll: 30 * 60_000,
}

/** A hook that nobody has looked for yet. */
export const NO_HOOK: HookFacts = {
  state: 'unknown',
  remoteUri: null,
  callbackUrl: null,
  checkedAt: null,
  retrying: false,
  retryStartedAt: null,
  deliveredAt: null,
  standsSince: null,
  lost: null,
  refusal: null,
  forRevision: null,
}

/** Cleaning that has not begun. */
export const NOTHING_CLEANED: CleanupFacts = {
  hooksGone: false,
  tokensRevoked: false,
  secretsErased: false,
  owing: null,
  owingSince: null,
}

/** An owner that has seen nothing yet. */
export const NEW_OWNER: OwnerState = {
  facts: null,
  refreshedRevision: 0,
  refused: { generation: 0, times: 0 },
  dead: null,
  hook: NO_HOOK,
  cleanup: NOTHING_CLEANED,
  incident: null,
  rebuiltAt: null,
  goodAt: null,
  sync: null,
  syncOwed: false,
  syncRefusal: null,
  heardUntil: 0,
  unsettledPasses: 0,
  dueReconcile: 0,
  dueSync: 0,
  backfilled: false,
  notBefore: {},
  tries: {},
  tokenCallsAt: [],
  trouble: null,
  projected: null,
  decisions: [],
  counts: {},
}
