import { activityInfo } from '@temporalio/activity'
import type { TenantTx } from '../db/database.ts'
import { Unstorable } from '../db/errors.ts'
import {
  type LockedEvent,
  markQuarantined,
  releaseHeld as releaseHeldRows,
} from '../db/inbound-events.ts'
import { openEvent } from '../db/open-event.ts'
import type { JobResult } from '../domain/owner-state.ts'
import { createBurst } from './burst.ts'
import type { ActivityDeps, FreshEvent, OwnedJob } from './deps.ts'
import { applyUnderstood, type End } from './effect.ts'
import type { EventEnd, EventRow } from './event-end.ts'
import { canRead } from './rereading.ts'
import { contentOf } from './understanding.ts'

export type { EventEnd, EventRow } from './event-end.ts'

/** A hold may be long: release in portions, so that each stays one short transaction. */
const RELEASED_AT_ONCE = 500

/** How an event is handled: by which workflow, and whether a doubt is set aside. */
interface Way {
  readonly workflowId: string | null
  readonly isBelieved: boolean
}

/** An event that ended, or one whose booking has to be read again first. */
type Ended = (End | { readonly status: 'doubtful' }) & {
  /** The first that ever came from a hook made by hand. */
  readonly awaited?: LockedEvent | undefined
}

/** From stored bytes to prospect and meeting, each event in one transaction. */
export function createEventActivities(deps: ActivityDeps) {
  const { database, log } = deps

  /**
   * The whole effect of one event, or nothing: what it finds done already stays as it is. One that
   * may tell less than happened is left as it is, `doubtful`.
   */
  async function applyEvent(row: EventRow): Promise<EventEnd | 'doubtful'> {
    return applyAs(row, { workflowId: ownWorkflowId(), isBelieved: false })
  }

  /** The same without a doubt: the booking could not be read again. */
  async function applyBelieved(row: EventRow): Promise<EventEnd> {
    const end = await applyAs(row, { workflowId: ownWorkflowId(), isBelieved: true })
    if (end === 'doubtful') throw new Error('an event was doubted that was to be believed')
    return end
  }

  async function applyAs(row: EventRow, way: Way): Promise<EventEnd | 'doubtful'> {
    const begun = performance.now()
    const { awaited, ...end } = await inOneTransaction(row, way)
    const ms = Math.round(performance.now() - begun)
    log.info({ eventId: row.eventId, ms, ...end }, end.status)
    if (awaited !== undefined) await tellOwner(row, awaited)
    return end.status
  }

  /** The first delivery of all makes it live; lost, the owner sees it by itself within the hour. */
  async function tellOwner({ organizationId }: EventRow, event: LockedEvent): Promise<void> {
    const { integrationId, provider } = event
    await deps.nudgeOwner({ organizationId, integrationId, provider }).catch(() => undefined)
  }

  /** What PostgreSQL can't store, no retry will change: it is set aside for a person. */
  async function inOneTransaction(row: EventRow, way: Way): Promise<Ended> {
    const { organizationId, eventId } = row
    try {
      return await database.withTenant(organizationId, (tx) => effect(tx, eventId, way))
    } catch (error) {
      if (!(error instanceof Unstorable)) throw error
      const reason = `unstorable (${error.code})`
      await database.withTenant(organizationId, (tx) => markQuarantined(tx, eventId, reason))
      return { status: 'quarantined', reason }
    }
  }

  async function effect(
    tx: TenantTx,
    eventId: string,
    { workflowId, isBelieved }: Way,
  ): Promise<Ended> {
    const fresh = deps.takeFresh?.(eventId)
    const told = bookingOf(fresh)
    const { event, lineage } = await openEvent(tx, eventId, told)
    if (event === undefined) return { status: 'dropped', reason: 'no such row' }
    if (event.status !== 'received') return { status: event.status }
    const awaited = event.isAwaited ? event : undefined
    const content = fresh?.content ?? contentOf(deps, event)
    if (!content.ok) {
      const reason = `${content.reason} at ${content.at}`
      await markQuarantined(tx, eventId, reason)
      return { status: 'quarantined', reason, awaited }
    }
    if (!isBelieved && content.rereads !== null && canRead(deps, event))
      return { status: 'doubtful' }
    const end = await applyUnderstood(tx, { event, content, seen: [], workflowId, lineage })
    return { ...end, awaited }
  }

  const burst = createBurst(deps, {
    applyAs: (row, workflowId) => applyAs(row, { workflowId, isBelieved: false }),
  })

  /** The effects of many events, each once; answers how many are left to workflows of their own. */
  async function applyBurst({ events }: { readonly events: readonly EventRow[] }) {
    return burst({ events, workflowId: ownWorkflowId() })
  }

  /** Lets held events go on their way, oldest first. */
  async function releaseHeld({ organizationId, integrationId }: OwnedJob): Promise<JobResult> {
    const released = await database.withTenant(organizationId, (tx) =>
      releaseHeldRows(tx, { integrationId, limit: RELEASED_AT_ONCE }),
    )
    return { kind: 'done', found: `${released} held events released` }
  }

  return { applyEvent, applyBelieved, applyBurst, releaseHeld }
}

const ownWorkflowId = (): string | null => activityInfo().workflowExecution?.workflowId ?? null

/**
 * What can be locked and read together with the event: the booking it is about. One that may become
 * a session is left to its own order of locks, which begins with the client.
 */
function bookingOf(fresh: FreshEvent | undefined) {
  if (fresh === undefined) return undefined
  const { integrationId, content } = fresh
  return content.event === null || content.session !== null
    ? undefined
    : { integrationId, event: content.event }
}
