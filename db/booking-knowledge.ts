import type { BookingEvent } from '../domain/booking.ts'
import type { Lineage, People } from './booking-load.ts'
import type { TenantTx } from './tenant.ts'

/** Everything a plan is made from. */
export interface Knowledge {
  readonly tx: Pick<TenantTx, 'organizationId'>
  readonly booking: { readonly integrationId: string; readonly event: BookingEvent }
  readonly people: People
  readonly known: Lineage
}
