import { delivery, INVITEE, SLOT } from './calendly-payloads.ts'

const slotUri = (n: number | string): string => `${SLOT.slice(0, -4)}${String(n).padStart(4, '0')}`
const inviteeUri = (n: number | string): string =>
  `${INVITEE.slice(0, -4)}${String(n).padStart(4, '0')}`

/** The creation of one booking of its own, by number; `told` replaces what a test is about. */
export function booked(n: number, told: object = {}, slot: object = {}): object {
  const payload = {
    uri: inviteeUri(n),
    event: slotUri(n),
    email: `pat${n}@prospect.test`,
    ...told,
  }
  return delivery('invitee.created', { payload, slot: { uri: slotUri(n), ...slot } })
}

interface Wish {
  readonly seed: number
  readonly count: number
}

/**
 * So many deliveries of all sorts, some out of order: bookings of people who come back, cancels,
 * moves, marks, groups and unreadable ones. The same for the same seed.
 */
export function shuffledBookings({ seed, count }: Wish): object[] {
  const pick = pseudoRandom(seed)
  const told: object[] = []
  for (let n = 0; told.length < count; n += 1) told.push(...story(n, pick))
  const deliveries = told.slice(0, count)
  for (let swaps = count / 4; swaps > 0; swaps -= 1) {
    const [a, b] = [pick(count), pick(count)]
    const [one, two] = [deliveries[a] ?? {}, deliveries[b] ?? {}]
    deliveries[a] = two
    deliveries[b] = one
  }
  return deliveries
}

/** What happens to one booking. */
function story(n: number, pick: (below: number) => number): object[] {
  const email = `person${pick(50)}@prospect.test`
  const second = (s: number) => `2026-11-21T10:${String(n % 60).padStart(2, '0')}:0${s}.000000Z`
  const person = { email, name: `Person ${n}`, created_at: second(1), updated_at: second(1) }
  const group = { invitees_counter: { total: 1, active: 1, limit: 9 } }
  const gone = { ...person, status: 'canceled', updated_at: second(3) }
  const at = (kind: string, payload: object, slot: object = {}): object =>
    delivery(kind, {
      payload: { uri: inviteeUri(n), event: slotUri(n), ...payload },
      slot: { uri: slotUri(n), ...slot },
    })
  const made = at('invitee.created', person)
  const sort = pick(10)
  if (sort < 4) return [made]
  if (sort === 4) return [made, at('invitee.canceled', gone, { status: 'canceled' })]
  if (sort === 5) {
    const next = { uri: inviteeUri(5000 + n), event: slotUri(5000 + n), old_invitee: inviteeUri(n) }
    const left = { ...gone, rescheduled: true, new_invitee: inviteeUri(5000 + n) }
    return [
      made,
      at('invitee.canceled', left),
      at('invitee.created', { ...person, ...next }, { uri: slotUri(5000 + n) }),
    ]
  }
  if (sort === 6) {
    const mark = { uri: `${SLOT}/marks/${n}`, created_at: second(4) }
    return [made, at('invitee_no_show.created', { ...person, no_show: mark })]
  }
  if (sort < 9) {
    const slot = slotUri(9000 + pick(3))
    return [at('invitee.created', { ...person, event: slot }, { uri: slot, ...group })]
  }
  return [at('invitee.created', { ...person, status: 'maybe' })]
}

/** Numbers below a bound, the same for the same seed. */
function pseudoRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}
