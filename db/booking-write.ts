import { sql } from 'kysely'
import type { BookingPlan } from './booking-plan.ts'
import { PREPARED } from './prepared.ts'
import type { TenantTx } from './tenant.ts'
import { UNAWAITED } from './unawaited.ts'

/**
 * Writes everything that differs in one round trip; nothing at all where nothing does. Several
 * plans have no row in common.
 */
export async function writeBooking(
  { trx, organizationId }: TenantTx,
  plans: readonly BookingPlan[],
): Promise<void> {
  const prospects = plans.flatMap(({ prospect }) => (prospect.isDirty ? [prospect.row] : []))
  const meetings = plans.flatMap((plan) => plan.meetings)
  const merged = plans.flatMap((plan) => plan.merged)
  const slots = plans.flatMap((plan) => plan.slots)
  const invitees = plans.flatMap((plan) => plan.invitees)
  const dirty = meetings.filter(({ isDirty }) => isDirty)
  if ([prospects, dirty, merged, slots, invitees].every((rows) => rows.length === 0)) return
  const hosted = [...dirty.map(({ after }) => after.row.id), ...merged.map(({ id }) => id)]
  await sql`${PREPARED}${UNAWAITED} select write_booking(${organizationId},
    ${json(prospects)},
    ${json(dirty.map(({ after }) => after.row))},
    ${json(slots)},
    ${json(invitees)},
    ${json(dirty.flatMap(({ after }) => after.hosts))},
    ${hosted},
    ${json(merged.map(({ id, into }) => ({ id, merged_into: into.row.id })))})`.execute(trx)
}

const json = (rows: readonly object[]): string => JSON.stringify(rows)
