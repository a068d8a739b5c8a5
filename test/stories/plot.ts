import assert from 'node:assert/strict'
import type { Random } from '../../fuzz/random.ts'
import { STEPS, type StepName, type Tally } from './tally.ts'
import { HOSTS, type Theatre } from './theatre.ts'

/** One story: people of its own, and what was booked for them so far. */
export interface Plot {
  /** Promises one more step, done at the provider; answers how many deliveries it makes. */
  readonly next: () => Promise<number>
}

interface Booking {
  readonly id: string
  readonly eventUri: string
  readonly hosts: readonly string[]
  readonly limit: number
  isActive: boolean
  isMarked: boolean
}

interface Setting {
  readonly theatre: Theatre
  readonly random: Random
  readonly tally: Tally
  /** Tells the people of one story from those of another. */
  readonly name: string
}

const SEATS = 4

/** Promises a random but honest story, each step done at the sandbox. */
export function createPlot({ theatre, random, tally, name }: Setting): Plot {
  const { visitor } = theatre
  const bookings: Booking[] = []
  const active = (): Booking[] => bookings.filter(({ isActive }) => isActive)

  const steps: Record<StepName, () => Promise<number>> = {
    book: () => book([random.one(HOSTS)], 1),
    bookTwoHosts: () => book(HOSTS, 1),
    joinGroup: async () => {
      const open = active().find(({ eventUri, limit }) => seatsTaken(eventUri) < limit)
      const hosts = random.below(4) === 0 ? HOSTS : [random.one(HOSTS)]
      return open === undefined || open.limit === 1 ? book(hosts, SEATS) : book(open.hosts, open)
    },
    move: async () => {
      const one = pick(active())
      const order = random.one(['created-first', 'canceled-first'])
      const by = random.one(['host', 'invitee'])
      const answer = await act(one, 'reschedule', { by, order, start_time: start() })
      one.isActive = false
      remember(answer, one)
      return 2 * hearers(one)
    },
    cancelByHost: () => cancel('host'),
    cancelByInvitee: () => cancel('invitee'),
    cancelWholeEvent: async () => {
      const groups = active().filter(({ limit }) => limit > 1)
      const { eventUri } = pick(groups.length > 0 ? groups : active())
      const { status } = await visitor.send('POST', `${eventUri}/cancellation`, {
        token: theatre.token,
        json: { reason: 'all of it' },
      })
      assert.equal(status, 201)
      const gone = active().filter((one) => one.eventUri === eventUri)
      for (const one of gone) one.isActive = false
      return gone.reduce((sum, one) => sum + hearers(one), 0)
    },
    markNoShow: () => mark(pick(active().filter(({ isMarked }) => !isMarked)), true),
    unmarkNoShow: () => mark(pick(active().filter(({ isMarked }) => isMarked)), false),
  }

  function isPossible(step: StepName): boolean {
    if (step === 'book' || step === 'bookTwoHosts' || step === 'joinGroup') return true
    if (step === 'markNoShow') return active().some(({ isMarked }) => !isMarked)
    if (step === 'unmarkNoShow') return active().some(({ isMarked }) => isMarked)
    return active().length > 0
  }

  async function book(hosts: readonly string[], place: number | Booking): Promise<number> {
    const number = random.below(4)
    const email = `Pat${number}@${name}.test`
    const answer = await visitor.book({
      user: hosts[0],
      hosts,
      start_time: start(),
      minutes: 15 + 15 * random.below(4),
      // The same person, who spells things another way each time.
      invitee: {
        email: random.below(2) === 0 ? email : email.toUpperCase(),
        name: `Pat ${number} 王 ${random.below(1_000)}`,
      },
      ...(typeof place === 'number' ? { limit: place } : { event: place.eventUri }),
    })
    const limit = typeof place === 'number' ? place : place.limit
    return hearers(remember(answer, { hosts, limit }))
  }

  async function cancel(by: 'host' | 'invitee'): Promise<number> {
    const one = pick(active())
    await act(one, 'cancel', { by, reason: 'not now' })
    one.isActive = false
    return hearers(one)
  }

  async function mark(one: Booking, set: boolean): Promise<number> {
    await act(one, 'no-show', { set })
    one.isMarked = set
    return hearers(one)
  }

  async function act({ id }: Booking, what: string, how: object) {
    const answer = await visitor.control(`/calendly/bookings/${id}/${what}`, how)
    assert.ok(answer.status < 300, `${what}: ${answer.status}`)
    return answer
  }

  function remember(
    { body, status }: Awaited<ReturnType<typeof visitor.book>>,
    { hosts, limit }: Pick<Booking, 'hosts' | 'limit'>,
  ): Booking {
    assert.equal(status, 201)
    const [id, eventUri] = [body.invitee.uri.split('/').at(-1), body.scheduled_event.uri]
    const made: Booking = { id, eventUri, hosts, limit, isActive: true, isMarked: false }
    bookings.push(made)
    return made
  }

  const pick = (from: readonly Booking[]): Booking => {
    const found = from[random.below(from.length)]
    if (found === undefined) throw new Error('a step without anybody to take it')
    return found
  }
  const seatsTaken = (uri: string): number =>
    active().filter(({ eventUri }) => eventUri === uri).length
  /** The hook of each host, and that of the organization. */
  const hearers = ({ hosts }: Pick<Booking, 'hosts'>): number => hosts.length + 1
  const start = (): string =>
    new Date(Date.now() + (7 + random.below(50)) * DAY + random.below(48) * HALF_HOUR).toISOString()

  /** Chance alone would seldom unmark anybody: what was seldom told is told, or led up to. */
  function rarest(possible: readonly StepName[]): StepName {
    const [rare = 'book'] = STEPS.toSorted((a, b) => tally.of(a) - tally.of(b))
    if (possible.includes(rare)) return rare
    return rare === 'unmarkNoShow' && possible.includes('markNoShow') ? 'markNoShow' : 'book'
  }

  return {
    next: () => {
      const possible = STEPS.filter(isPossible)
      const any = possible[random.below(possible.length)] ?? 'book'
      const step = random.below(2) === 0 ? rarest(possible) : any
      tally.count(step)
      return steps[step]()
    },
  }
}

const HALF_HOUR = 1_800_000
const DAY = 48 * HALF_HOUR
