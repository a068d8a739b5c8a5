import { sql } from 'kysely'
import type { BookingPlan } from './booking-plan.ts'
import type { TenantTx } from './tenant.ts'

/** Writes everything that differs in one round trip; nothing at all where nothing does. */
export async function writeBooking({ trx, organizationId }: TenantTx, plan: BookingPlan) {
  const { prospect, meetings, merged, slots, invitees } = plan
  const dirty = meetings.filter(({ isDirty }) => isDirty)
  const nothing = !prospect.isDirty && dirty.length + merged.length + slots.length === 0
  if (nothing && invitees.length === 0) return
  const hosted = [...dirty.map(({ after }) => after.row.id), ...merged.map(({ id }) => id)]
  await sql`select write_booking(${organizationId},
    ${json(prospect.isDirty ? [prospect.row] : [])},
    ${json(dirty.map(({ after }) => after.row))},
    ${json(slots)},
    ${json(invitees)},
    ${json(dirty.flatMap(({ after }) => after.hosts))},
    ${hosted},
    ${json(merged.map(({ id, into }) => ({ id, merged_into: into.row.id })))})`.execute(trx)
}

const json = (rows: readonly object[]): string => JSON.stringify(rows)
