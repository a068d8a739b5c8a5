import { activityInfo } from '@temporalio/activity'
import { type LockedEvent, lockEvent, markQuarantined } from '../db/inbound-events.ts'
import type { RemoteEvent } from '../domain/booking.ts'
import { isProviderError } from '../providers/failures.ts'
import { type ActivityDeps, providerOf } from './deps.ts'
import { applyUnderstood } from './effect.ts'
import type { EventEnd, EventRow } from './event-end.ts'
import { reachOf } from './reach.ts'
import { contentOf } from './understanding.ts'

/** Whether a booking of this event can be read again: not without access of ours. */
export const canRead = (
  deps: Pick<ActivityDeps, 'providers'>,
  { provider, isByHand }: Pick<LockedEvent, 'provider' | 'isByHand'>,
): boolean => !isByHand && deps.providers[provider]?.readBooking !== undefined

/** Believing a doubtful delivery only together with what the provider shows of its booking. */
export function createRereadActivities(deps: ActivityDeps) {
  const { database, log } = deps

  /**
   * Reads the booking once, then applies delivery and booking together. Reading is harmless, so
   * it may be repeated, and needs no owner. Fails while the provider can't be asked.
   */
  async function applyReread({ organizationId, eventId }: EventRow): Promise<EventEnd> {
    const begun = performance.now()
    const workflowId = activityInfo().workflowExecution?.workflowId ?? null
    const event = await database.withTenant(organizationId, (tx) => lockEvent(tx, eventId))
    if (event === undefined) return 'dropped'
    if (event.status !== 'received') return event.status
    const content = contentOf(deps, event)
    const uid = content.ok ? content.rereads : null
    const seen = uid === null ? [] : await readAgain(organizationId, event, uid)
    const end = await database.withTenant(organizationId, async (tx) => {
      const locked = await lockEvent(tx, eventId)
      // Somebody else may have handled it while we asked.
      if (locked?.status !== 'received') return { status: locked?.status ?? ('dropped' as const) }
      if (content.ok) return applyUnderstood(tx, { event: locked, content, seen, workflowId })
      const reason = `${content.reason} at ${content.at}`
      await markQuarantined(tx, eventId, reason)
      return { status: 'quarantined' as const, reason }
    })
    const ms = Math.round(performance.now() - begun)
    log.info({ eventId, ms, ...end }, end.status)
    return end.status
  }

  /** Nothing where the provider knows the booking no more, or lets us in no more. */
  async function readAgain(
    organizationId: string,
    { integrationId, provider }: LockedEvent,
    uid: string,
  ): Promise<readonly RemoteEvent[]> {
    const reach = await reachOf(deps, { organizationId, integrationId }, 'current')
    if (reach === undefined) return []
    try {
      const read = await providerOf(deps, provider).readBooking?.(reach.access, uid)
      return read?.value ?? []
    } catch (error) {
      if (isProviderError(error, 'notFound', 'unauthorized', 'role', 'invalid')) return []
      throw error
    }
  }

  return { applyReread }
}
