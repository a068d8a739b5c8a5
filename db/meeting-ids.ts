import type { MeetingState } from '../domain/booking-state.ts'
import type { Lineage } from './booking-load.ts'
import { newId } from './ids.ts'

interface Assignment {
  /** An id for each meeting, in their order. */
  readonly ids: readonly string[]
  readonly merged: readonly { readonly id: string; readonly into: string }[]
}

/**
 * Tells which row each meeting is. A row follows the slot it takes place in; where several rows
 * turn out to be one meeting the oldest stays, and a meeting without a row gets a new id.
 */
export function assignIds(
  meetings: readonly MeetingState[],
  { meetings: rows, slots }: Pick<Lineage, 'meetings' | 'slots'>,
): Assignment {
  const claims = meetings.map((): string[] => [])
  for (const { id, slot_uri } of rows) {
    const own = slots.filter(({ meeting_id }) => meeting_id === id).map((slot) => slot.slot_uri)
    const current = meetings.findIndex(({ slotUri }) => slotUri === slot_uri)
    const any = meetings.findIndex(({ slotUris }) => slotUris.some((uri) => own.includes(uri)))
    claims[current === -1 ? any : current]?.push(id)
  }
  const ids = claims.map((claimed) => claimed.toSorted()[0] ?? newId())
  const merged = claims.flatMap((claimed, index) => {
    const into = ids[index] ?? ''
    return claimed.filter((id) => id !== into).map((id) => ({ id, into }))
  })
  return { ids, merged }
}
