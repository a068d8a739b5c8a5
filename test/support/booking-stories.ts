import fc from 'fast-check'
import type { BookingEvent, InviteeFact, SlotFact } from '../../domain/booking.ts'
import { endOfSecond, instantOf } from '../../domain/instant.ts'

/** One step of a story: what somebody does with one of the bookings made so far. */
interface Step {
  readonly act: 'book' | 'join' | 'move' | 'moveToGroup' | 'cancel' | 'mark' | 'unmark' | 'look'
  readonly pick: number
  readonly by: 'host' | 'invitee'
}

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('book', 'join', 'move', 'moveToGroup', 'cancel', 'mark', 'unmark', 'look'),
  pick: fc.nat(20),
  by: fc.constantFrom('host', 'invitee'),
})

/** A random but honest story: the deliveries a provider would send, in the order it happened. */
export const bookingStory: fc.Arbitrary<BookingEvent[]> = fc
  .array(step, { minLength: 1, maxLength: 14 })
  .map(tell)

/** A slot fact, with what matters to a test said and the rest made up. */
export const aSlot = (told: Partial<SlotFact> & { uri: string }): SlotFact => ({
  name: 'Intro call',
  eventTypeUri: 'type:1',
  startTime: '2026-12-01T10:00:00.000000Z',
  endTime: '2026-12-01T10:30:00.000000Z',
  status: 'active',
  location: null,
  hosts: [{ userUri: 'user:1', email: 'rita@acme.test', name: 'Rita Host' }],
  guests: [],
  capacity: 1,
  active: null,
  createdAt: '2026-11-21T10:00:00.000000Z',
  updatedAt: '2026-11-21T10:00:00.000000Z',
  ...told,
})

/** An invitee fact, likewise. */
export const anInvitee = (
  told: Partial<InviteeFact> & { uri: string; slotUri: string },
): InviteeFact => ({
  email: 'pat@prospect.test',
  name: 'Pat Prospect',
  firstName: null,
  lastName: null,
  timezone: 'Europe/Paris',
  status: 'active',
  rescheduled: false,
  oldInviteeUri: null,
  newInviteeUri: null,
  noShowUri: null,
  noShowAt: '2026-11-21T10:00:00.000000Z',
  answers: [],
  utm: { campaign: null, source: null, medium: null, content: null, term: null },
  cancelUrl: `https://calendly.test/cancel/${told.uri}`,
  rescheduleUrl: `https://calendly.test/move/${told.uri}`,
  cancellation: null,
  createdAt: '2026-11-21T10:00:00.000000Z',
  updatedAt: '2026-11-21T10:00:00.000000Z',
  ...told,
})

/** Plays a story in a small model of a provider and collects its deliveries. */
function tell(steps: readonly Step[]): BookingEvent[] {
  const slots = new Map<string, SlotFact>()
  const people: InviteeFact[] = []
  const events: BookingEvent[] = []
  let clock = Date.UTC(2026, 10, 21, 10)
  const now = () => instantOf((clock += 1_700))
  const say = (kind: BookingEvent['kind'], invitee: InviteeFact) => {
    const at = people.findIndex(({ uri }) => uri === invitee.uri)
    if (at === -1) people.push(invitee)
    else people[at] = invitee
    const known = slots.get(invitee.slotUri)
    if (known === undefined) return
    const here = people.filter((one) => one.slotUri === known.uri)
    const active = here.filter((one) => one.status === 'active').length
    const isOver = active === 0 && known.capacity === 1
    const slot = {
      ...known,
      active,
      updatedAt: now(),
      status: isOver ? 'canceled' : known.status,
    } as const
    slots.set(slot.uri, slot)
    events.push({ provider: 'calendly', kind, invitee, slot })
  }
  const openSlot = (capacity: number): SlotFact => {
    const at = now()
    const slot = aSlot({
      uri: `slot:${slots.size}`,
      capacity,
      createdAt: at,
      updatedAt: at,
      startTime: at,
    })
    slots.set(slot.uri, slot)
    return slot
  }
  const group = (): SlotFact =>
    [...slots.values()].find(({ capacity }) => (capacity ?? 1) > 1) ?? openSlot(9)
  const enter = (slot: SlotFact, oldInviteeUri: string | null): InviteeFact => {
    const at = now()
    const uri = `invitee:${people.length}`
    return anInvitee({
      uri,
      slotUri: slot.uri,
      oldInviteeUri,
      createdAt: at,
      updatedAt: at,
      noShowAt: at,
    })
  }
  const leave = (one: InviteeFact, by: Step['by'], newInviteeUri: string | null) => {
    const at = now()
    const cancellation = { by, canceledBy: by, reason: '', at }
    const rescheduled = newInviteeUri !== null
    say('canceled', {
      ...one,
      status: 'canceled',
      rescheduled,
      newInviteeUri,
      cancellation,
      updatedAt: at,
    })
  }
  const move = (one: InviteeFact, to: SlotFact, by: Step['by']) => {
    const next = enter(to, one.uri)
    leave(one, by, next.uri)
    say('created', next)
  }
  for (const { act, pick, by } of steps) {
    const active = people.filter(({ status }) => status === 'active')
    const one = active[pick % Math.max(1, active.length)]
    if (act === 'join') say('created', enter(group(), null))
    else if (act === 'book' || one === undefined) say('created', enter(openSlot(1), null))
    else if (act === 'move') move(one, openSlot(slots.get(one.slotUri)?.capacity ?? 1), by)
    else if (act === 'moveToGroup')
      move(one, slots.get(one.slotUri)?.capacity === 1 ? openSlot(1) : group(), by)
    else if (act === 'cancel') leave(one, by, null)
    else if (act === 'mark') {
      const at = now()
      say('noShowSet', { ...one, noShowUri: `mark:${at}`, noShowAt: at })
    } else if (act === 'unmark')
      say('noShowUnset', { ...one, noShowUri: null, noShowAt: endOfSecond(now()) })
    else say('seen', { ...one, noShowAt: one.noShowUri === null ? now() : one.noShowAt })
  }
  return events
}
