import { activityInfo } from '@temporalio/activity'
import { applyBooking } from '../db/bookings.ts'
import type { TenantTx } from '../db/database.ts'
import { Unstorable } from '../db/errors.ts'
import {
  lockEvent,
  markDropped,
  markProcessed,
  markQuarantined,
  releaseHeld as releaseHeldRows,
} from '../db/inbound-events.ts'
import { park } from '../db/parked.ts'
import type { JobResult } from '../domain/owner-state.ts'
import { missingFact } from '../domain/parking.ts'
import { createBurst } from './burst.ts'
import { type ActivityDeps, type OwnedJob, providerOf } from './deps.ts'
import type { EventEnd, EventRow } from './event-end.ts'

export type { EventEnd, EventRow } from './event-end.ts'

/** A hold may be long: release in portions, so that each stays one short transaction. */
const RELEASED_AT_ONCE = 500

/** From stored bytes to prospect and meeting, each event in one transaction. */
export function createEventActivities(deps: ActivityDeps) {
  const { database, log } = deps

  /** The whole effect of one event, or nothing: what it finds done already stays as it is. */
  async function applyEvent({ organizationId, eventId }: EventRow): Promise<EventEnd> {
    return applyAs(
      { organizationId, eventId },
      activityInfo().workflowExecution?.workflowId ?? null,
    )
  }

  async function applyAs(row: EventRow, workflowId: string | null): Promise<EventEnd> {
    const begun = performance.now()
    const end = await inOneTransaction(row, workflowId)
    const ms = Math.round(performance.now() - begun)
    log.info({ eventId: row.eventId, ms, ...end }, end.status)
    return end.status
  }

  /** What PostgreSQL can't store, no retry will change: it is set aside for a person. */
  async function inOneTransaction(row: EventRow, workflowId: string | null): Promise<End> {
    const { organizationId, eventId } = row
    try {
      return await database.withTenant(organizationId, (tx) => effect(tx, eventId, workflowId))
    } catch (error) {
      if (!(error instanceof Unstorable)) throw error
      const reason = `unstorable (${error.code})`
      await database.withTenant(organizationId, (tx) => markQuarantined(tx, eventId, reason))
      return { status: 'quarantined', reason }
    }
  }

  interface End {
    readonly status: EventEnd
    readonly reason?: string
    readonly meetingId?: string
  }

  async function effect(tx: TenantTx, eventId: string, workflowId: string | null): Promise<End> {
    const event = await lockEvent(tx, eventId)
    if (event === undefined) return { status: 'dropped', reason: 'no such row' }
    if (event.status !== 'received') return { status: event.status }
    const { content } = providerOf(deps, event.provider).webhook.read(event.body)
    if (!content.ok) {
      const reason = `${content.reason} at ${content.at}`
      await markQuarantined(tx, eventId, reason)
      return { status: 'quarantined', reason }
    }
    if (content.event === null) {
      await markDropped(tx, eventId, 'a test delivery asks for nothing')
      return { status: 'dropped' }
    }
    const missing = missingFact(event)
    if (missing !== undefined) {
      await park(tx, { eventId, ...missing })
      return { status: 'parked', reason: missing.reason }
    }
    const { integrationId } = event
    const { meetingId } = await applyBooking(tx, { integrationId, event: content.event, eventId })
    await markProcessed(tx, eventId, workflowId)
    return { status: 'processed', meetingId }
  }

  const burst = createBurst(deps, { applyAs })

  /** The effects of many events, each once; answers how many are left to workflows of their own. */
  async function applyBurst({ events }: { readonly events: readonly EventRow[] }) {
    return burst({ events, workflowId: activityInfo().workflowExecution?.workflowId ?? null })
  }

  /** Lets held events go on their way, oldest first. */
  async function releaseHeld({ organizationId, integrationId }: OwnedJob): Promise<JobResult> {
    const released = await database.withTenant(organizationId, (tx) =>
      releaseHeldRows(tx, { integrationId, limit: RELEASED_AT_ONCE }),
    )
    return { kind: 'done', found: `${released} held events released` }
  }

  return { applyEvent, applyBurst, releaseHeld }
}
