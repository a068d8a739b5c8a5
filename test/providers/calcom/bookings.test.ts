import assert from 'node:assert/strict'
import { ACCESS, ALONE, clientOf } from '../../support/calcom-network.ts'

const WINDOW = { from: '2026-12-01T00:00:00.000Z', to: '2026-12-31T00:00:00.000Z' }

/** A booking as a list shows it. */
const listed = (more: object = {}) => ({
  id: 101,
  uid: 'fakeUid1',
  title: 'Coaching',
  status: 'accepted',
  start: '2026-12-02T10:00:00.000Z',
  end: '2026-12-02T11:00:00.000Z',
  eventTypeId: 5,
  hosts: [{ id: 7, name: 'Rita', email: 'rita@acme.test' }],
  attendees: [{ name: 'Pat', email: 'pat@prospect.test', timeZone: 'UTC', absent: false }],
  location: 'https://meet.example.test/1',
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-02T00:00:00.000Z',
  ...more,
})

/** Somebody in a booking, who came or not. */
const somebody = (email: string, absent: boolean) => ({ name: email, email, absent })

/** A page of such a list. */
const page = (data: unknown[], hasNextPage = false) => ({
  status: 'success',
  data,
  pagination: { hasNextPage },
})

describe('bookings of Cal.com', () => {
  it('lists what begins in a window, then what has changed whenever it begins', async () => {
    const outside = listed({
      uid: 'other',
      start: '2027-02-01T10:00:00Z',
      end: '2027-02-01T11:00:00Z',
    })
    const { calcom, sent } = clientOf(
      { body: page([listed(), outside]) },
      { body: page([outside]) },
    )
    const query = {
      ...WINDOW,
      account: ALONE,
      scope: 'user',
      status: 'active',
      changedSince: '2026-11-20T00:00:00.000Z',
    } as const

    const first = await calcom.listBookings(ACCESS, query)
    const changes = await calcom.listBookings(ACCESS, { ...query, pageToken: first.nextPage ?? '' })

    // The filter of the provider is not always one: what lies outside is left to the changes.
    assert.deepEqual(
      [first, changes].map(({ items }) => items.map(({ slot }) => slot.uri)),
      [['calcom:booking/fakeUid1'], ['calcom:booking/other']],
    )
    assert.equal(changes.nextPage, null)
    assert.match(sent[0]?.url ?? '', /afterStart=.*beforeEnd=/)
    assert.match(sent[1]?.url ?? '', /afterUpdatedAt=2026-11-20/)
    assert.equal(sent[0]?.headers?.['cal-api-version'], '2024-08-13')
  })

  it('charges who sent the form, in whichever order the people are listed', async () => {
    const [guest, booker] = [
      somebody('sam@friend.test', true),
      somebody('pat@prospect.test', false),
    ]
    const bookingFieldsResponses = { email: 'Pat@prospect.test', name: 'Pat' }
    const booking = listed({ attendees: [guest, booker], bookingFieldsResponses })
    const { calcom } = clientOf({ body: { status: 'success', data: booking } })

    const read = await calcom.readBooking?.(ACCESS, 'fakeUid1')

    const sessions = read?.value.flatMap((one) => one.sessions) ?? []
    assert.deepEqual(
      sessions.map(({ kind, attendees, noShow }) => [kind, attendees[0]?.email, noShow]),
      [
        ['confirmed', 'pat@prospect.test', null],
        ['noShow', 'pat@prospect.test', false],
      ],
    )
  })

  it('passes over one booking that it can not read', async () => {
    const { calcom } = clientOf({ body: page([listed({ start: 'soon' }), listed()]) })

    const { items, unreadable } = await calcom.listBookings(ACCESS, {
      ...WINDOW,
      account: ALONE,
      scope: 'user',
      status: 'active',
    })

    assert.equal(items.length, 1)
    assert.deepEqual(
      unreadable.map(({ reason }) => reason),
      ['badDate'],
    )
  })

  it('reads a booking with its series and what it was moved from', async () => {
    const [own, former] = [
      listed({ rescheduledFromUid: 'old', recurringBookingUid: 'series' }),
      listed({ uid: 'old', status: 'cancelled', rescheduledToUid: 'fakeUid1' }),
    ]
    const { calcom, sent } = clientOf(
      { body: { data: own } },
      { body: { data: [own, listed({ uid: 'next', recurringBookingUid: 'series' })] } },
      { body: { data: former } },
    )

    const read = await calcom.readBooking?.(ACCESS, 'fakeUid1')

    assert.deepEqual(read?.value.map(({ slot }) => slot.uri.split('/').at(-1)).toSorted(), [
      'fakeUid1',
      'next',
      'old',
    ])
    assert.equal(sent.length, 3)
  })
})
