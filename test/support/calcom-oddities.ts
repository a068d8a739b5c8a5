import type { CalcomStage } from './calcom-stage.ts'

/** Something that Cal.com does unlike what one expects, and how it must end. */
export interface Oddity {
  readonly what: string
  /** Done for a person of its own; answers nothing. */
  readonly play: (person: Person) => Promise<void>
  /** Where the person's sessions stand, oldest start first, and the credits left of ten. */
  readonly sessions: readonly string[]
  readonly left: number
  /** Where the person's meetings stand, were the bookings to become prospects. */
  readonly meetings: readonly string[]
  /** What no delivery tells is found by the next sync. */
  readonly needsSync?: true
}

/** Who books, and the ways to do it. */
export interface Person {
  readonly stage: CalcomStage
  readonly email: string
  readonly book: (more?: object) => Promise<Booked>
  readonly act: (booking: Booked, name: string, more?: object) => Promise<Booked>
  readonly series: (more?: object) => Promise<readonly Booked[]>
}

interface Booked {
  readonly uid: string
}

/** Reference: calcom.md, sections 3 and 10. Each person has ten credits and no cut-off. */
export const ODDITIES: readonly Oddity[] = [
  {
    what: 'a booking',
    play: async ({ book }) => void (await book()),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'an address in other letters',
    play: async ({ book, email }) =>
      void (await book({ invitee: { email: email.toUpperCase(), name: 'Pat' } })),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a booking with guests, of whom none pays',
    play: async ({ book }) => void (await book({ guests: ['friend@other.test'] })),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a move, which has a new id and cancels nothing',
    play: async ({ book, act }) => void (await act(await book(), 'reschedule')),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'two moves, one after the other',
    play: async ({ book, act }) =>
      void (await act(await act(await book(), 'reschedule'), 'reschedule')),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a move, then a cancellation',
    play: async ({ book, act }) =>
      void (await act(await act(await book(), 'reschedule'), 'cancel')),
    sessions: ['cancelled'],
    left: 10,
    meetings: ['canceled'],
  },
  {
    what: 'a request that waits for a yes',
    play: async ({ book }) => void (await book(CONFIRMED)),
    sessions: ['requested'],
    left: 9,
    meetings: [],
  },
  {
    what: 'a request with a yes, which is told as a plain booking',
    play: async ({ book, act }) => void (await act(await book(CONFIRMED), 'confirm')),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a request with a no',
    play: async ({ book, act }) => void (await act(await book(CONFIRMED), 'reject')),
    sessions: ['rejected'],
    left: 10,
    meetings: [],
  },
  {
    what: 'a move that waits for a yes and does not say what it replaces',
    play: async ({ book, act }) => {
      await act(await act(await book(CONFIRMED), 'confirm'), 'reschedule')
    },
    sessions: ['requested'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a move with a yes, told as a plain booking',
    play: async ({ book, act }) => {
      const moved = await act(await act(await book(CONFIRMED), 'confirm'), 'reschedule')
      await act(moved, 'confirm')
    },
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a booking that nobody has paid',
    play: async ({ book }) => void (await book({ price: 50 })),
    sessions: ['requested'],
    left: 9,
    meetings: [],
  },
  {
    what: 'a paid booking, told three times',
    play: async ({ book, act }) => void (await act(await book({ price: 50 }), 'paid')),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a host who asks for another time: a cancellation, then a move of what was cancelled',
    play: async ({ book, act }) => {
      const asked = await act(await book(), 'request-reschedule', { reason: 'ill' })
      await act(asked, 'reschedule')
    },
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a series, told booking by booking',
    play: async ({ series }) => void (await series()),
    sessions: ['scheduled', 'scheduled', 'scheduled'],
    left: 7,
    meetings: ['active', 'active', 'active'],
  },
  {
    what: 'a yes to a series, told of one booking only',
    play: async ({ series, act }) => {
      const [first] = await series(CONFIRMED)
      if (first !== undefined) await act(first, 'confirm')
    },
    sessions: ['scheduled', 'scheduled', 'scheduled'],
    left: 7,
    meetings: ['active', 'active', 'active'],
  },
  {
    what: 'the end of a series, told of one booking only',
    play: async ({ series, act }) => {
      const [first] = await series()
      if (first !== undefined) await act(first, 'cancel-all')
    },
    sessions: ['cancelled', 'cancelled', 'cancelled'],
    left: 10,
    meetings: ['canceled', 'canceled', 'canceled'],
  },
  {
    what: 'the end of the rest of a series, of which nothing is told',
    play: async ({ series, act }) => {
      const [, second] = await series()
      if (second !== undefined) await act(second, 'cancel', { reach: 'following' })
    },
    needsSync: true,
    sessions: ['scheduled', 'cancelled', 'cancelled'],
    left: 9,
    meetings: ['active', 'canceled', 'canceled'],
  },
  {
    what: 'a seat',
    play: async ({ book }) => void (await book({ seats: 4 })),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a mark that the person stayed away, and its end',
    play: async ({ book, act }) => {
      const booking = await book()
      await act(booking, 'no-show')
      await act(booking, 'no-show', { set: false })
    },
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a meeting that begins and ends, told by flat bodies',
    play: async ({ book, act }) => void (await act(await act(await book(), 'started'), 'ended')),
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'a cancellation that failed after it was told: what was told holds',
    play: async ({ book, act, stage }) => {
      const booking = await book()
      await stage.guest.fault({ kind: 'cancel-fails', times: 1 })
      await act(booking, 'cancel')
    },
    sessions: ['cancelled'],
    left: 10,
    meetings: ['canceled'],
  },
  {
    what: 'a task that is run again as a whole',
    play: async ({ book, stage }) => {
      await stage.guest.fault({ kind: 'rerun', times: 1 })
      await book()
    },
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
  {
    what: 'deliveries that come twice',
    play: async ({ book, act, stage }) => {
      await stage.guest.fault({ kind: 'duplicate', times: 2 })
      await act(await book(), 'reschedule')
    },
    sessions: ['scheduled'],
    left: 9,
    meetings: ['active'],
  },
]

const CONFIRMED = { requires_confirmation: true }
