import type { DoubtReason } from './doubt.ts'

/** A hook that the provider calls active and that does not bring us what it should. */
export type IncidentKind = Extract<DoubtReason, 'otherKey' | 'staleSignature' | 'silentHook'>

/** An incident from its first evidence until a delivery proves that it is over. */
export interface Incident {
  readonly kind: IncidentKind
  /** The last moment at which delivery was known to be good. */
  readonly since: number | null
  readonly openedAt: number
  /** The hook to be replaced; null while none is. */
  readonly distrusted: string | null
  /** A new hook stands and waits for its first delivery. */
  readonly isRebuilt: boolean
  /** The evidence came back after a rebuild: another one of the same kind will not help. */
  readonly isBack: boolean
}

/** What a pass saw of our hook: the provider's own words and our own counts. Epoch milliseconds. */
export interface HookEvidence {
  /** When the pass began to look. */
  readonly at: number
  /** The provider's mark: when its present or last run of retries began. */
  readonly retryStartedAt: number | null
  /** The last delivery at this endpoint that could be verified. */
  readonly deliveredAt: number | null
  /** Deliveries in a row, up to now, that could not be. */
  readonly failures: number
  /** All that ever failed at this endpoint were authentic and late. */
  readonly isStaleOnly: boolean
}

/** Spec section 5: three in a row are no accident. */
const FAILURES_BELIEVED = 3

/**
 * The provider gives up on a delivery, or on the hook, a day after its first failure:
 * https://developer.calendly.com/api-docs/overview/webhooks/webhook-errors
 */
const RETRIES_LAST_MS = 24 * 60 * 60_000

/** Whoever knows how to make a hook look ill must not be able to have it rebuilt at will. */
const REBUILD_EVERY_MS = 6 * 60 * 60_000

/**
 * Whether the provider is retrying deliveries now. Its mark stays after the run has ended, so it
 * counts only until a delivery got through after it, and for as long as a run can last.
 */
export const isRetrying = ({ retryStartedAt, deliveredAt, at }: HookEvidence): boolean =>
  retryStartedAt !== null &&
  retryStartedAt > (deliveredAt ?? 0) &&
  at < retryStartedAt + RETRIES_LAST_MS

/**
 * Which incident the evidence of a pass speaks for. Failures alone are nobody's word: whoever
 * knows the address can cause them. So the provider itself must say that it gets no delivery
 * through, or bookings must have come that no delivery brought.
 */
export function incidentSeen(
  evidence: HookEvidence,
  known: Incident | null,
): IncidentKind | undefined {
  if (evidence.failures < FAILURES_BELIEVED) return undefined
  if (!isRetrying(evidence) && known?.kind !== 'silentHook') return undefined
  return evidence.isStaleOnly ? 'staleSignature' : 'otherKey'
}

/** Whether a delivery was verified after the incident began, and none failed since. */
export const isOverBy = (incident: Incident, { deliveredAt, failures }: HookEvidence): boolean =>
  failures === 0 && deliveredAt !== null && deliveredAt > incident.openedAt

interface News {
  readonly kind: IncidentKind
  readonly now: number
  readonly callbackUrl: string | null
  readonly deliveredAt: number | null
  readonly rebuiltAt: number | null
}

/** The incident after its evidence was seen, for the first time or again. */
export function withEvidence(known: Incident | null, news: News): Incident {
  const { kind, now, callbackUrl, deliveredAt, rebuiltAt } = news
  const isWorse = known?.kind === 'silentHook' && kind !== 'silentHook'
  const before = known === null ? { since: deliveredAt, openedAt: now } : known
  const isBack = known !== null && !isWorse && (known.isBack || known.isRebuilt)
  return {
    kind: known !== null && !isWorse ? known.kind : kind,
    since: before.since,
    openedAt: before.openedAt,
    distrusted: mayRebuild(kind, { now, rebuiltAt }) ? callbackUrl : null,
    isRebuilt: false,
    isBack,
  }
}

/** The incident at a pass without news of it: once enough time has gone by, a new hook is tried. */
export const rearmed = (
  incident: Incident,
  { now, callbackUrl, rebuiltAt }: Pick<News, 'now' | 'callbackUrl' | 'rebuiltAt'>,
): Incident =>
  incident.isRebuilt || !mayRebuild(incident.kind, { now, rebuiltAt })
    ? incident
    : { ...incident, distrusted: callbackUrl }

/** A clock that is wrong is not put right by a new hook; a hook is rebuilt at most every six hours. */
const mayRebuild = (
  kind: IncidentKind,
  { now, rebuiltAt }: { now: number; rebuiltAt: number | null },
): boolean =>
  kind !== 'staleSignature' && (rebuiltAt === null || now >= rebuiltAt + REBUILD_EVERY_MS)
