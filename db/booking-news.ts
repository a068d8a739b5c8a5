import type { BookingPlan } from './booking-plan.ts'
import { meetingAudience, meetingJson } from './meeting-json.ts'
import { prospectJson } from './prospect-json.ts'
import type { TenantTx } from './tenant.ts'

/** Tells the sockets, if and when this commits, what of a plan people can see. */
export function tellBooking(tx: Pick<TenantTx, 'emit'>, plan: BookingPlan): void {
  if (plan.prospect.change !== 'none') {
    const { row, change, watchers } = plan.prospect
    tx.emit(`prospect:${change}`, prospectJson(row), watchers)
  }
  for (const { change, after } of plan.meetings)
    if (change !== 'none') tx.emit(`meeting:${change}`, meetingJson(after), meetingAudience(after))
  for (const { id, into } of plan.merged)
    tx.emit('meeting:updated', { id, merged_into: into.row.id }, meetingAudience(into))
}
