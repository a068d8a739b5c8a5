import assert from 'node:assert/strict'
import { MockActivityEnvironment } from '@temporalio/testing'
import type { EventRow } from '../../activities/event-end.ts'
import { ODDITIES, type Person } from '../support/calcom-oddities.ts'
import { type CalcomStage, type Order, setCalcomStage } from '../support/calcom-stage.ts'

const ORDERS: readonly Order[] = ['asTheyCame', 'backwards']

let people = 0

/** Somebody whom nobody knows yet. */
function somebody(stage: CalcomStage): Person {
  people += 1
  const email = `pat-${people}@prospect.test`
  const invitee = { email, name: `Pat ${people}` }
  const { guest } = stage
  return {
    stage,
    email,
    book: (more) => guest.reserve({ invitee, ...more }),
    act: async ({ uid }, name, more) =>
      (await guest.act(uid, name, { ...more })).body.booking ?? { uid },
    series: async (more) => {
      const wish = { user: 'rita@acme.test', invitee, count: 3, ...more }
      return (await guest.control('/calcom/bookings/series', wish)).body.bookings
    },
  }
}

describe('what Cal.com does unexpectedly', function odditiesSuite() {
  this.timeout(60_000)
  let stage: CalcomStage

  afterEach(() => stage.guest.send('DELETE', '/control/faults'))

  /** Two people with a seat each in one booking; answers it with their seats. */
  async function twoSeats(): Promise<{ uid: string; emails: string[]; seats: string[] }> {
    const emails = [somebody(stage).email, somebody(stage).email]
    const start_time = new Date(Date.now() + people * 86_400_000).toISOString()
    const seats: string[] = []
    let uid = ''
    for (const email of emails) {
      await stage.credits(await stage.client(email), 10)
      const invitee = { email, name: 'Pat' }
      const { body } = await stage.guest.control('/calcom/bookings', {
        user: 'rita@acme.test',
        seats: 4,
        start_time,
        invitee,
      })
      seats.push(body.seat)
      uid = body.booking.uid
    }
    return { uid, emails, seats }
  }

  const ofBoth = async (emails: string[]) =>
    Promise.all(emails.map((email) => stage.sessionsOf(email)))

  describe('to sessions', () => {
    before(async () => {
      stage = await setCalcomStage({ requestLimit: 'off' })
      await stage.connect()
    })
    after(() => stage.close())

    for (const order of ORDERS)
      for (const { what, play, sessions, left, needsSync } of ODDITIES)
        it(`ends well after ${what}, handled ${order}`, async () => {
          const person = somebody(stage)
          await stage.credits(await stage.client(person.email), 10)

          await play(person)
          await stage.settle(order)
          if (needsSync) await stage.run('sync')

          assert.deepEqual(await stage.sessionsOf(person.email), sessions)
          assert.equal(await stage.leftOf(person.email), left)
        })
  })

  describe('to prospects', () => {
    before(async () => {
      stage = await setCalcomStage({ requestLimit: 'off' })
      await stage.connect({ apiKey: stage.guest.key, purpose: 'prospects' })
    })
    after(() => stage.close())

    for (const { what, play, meetings, needsSync } of ODDITIES)
      it(`makes the right meetings after ${what}, handled backwards`, async () => {
        const person = somebody(stage)

        await play(person)
        await stage.settle('backwards')
        if (needsSync) await stage.run('sync')

        assert.deepEqual(await stage.meetingsOf(person.email), meetings)
      })

    it('makes one prospect of source calcom of everybody', async () => {
      const rows = await stage.rows(`select source, count(*)::int as many from prospect
        where organization_id = $1 group by source`)

      assert.deepEqual(
        rows.map(({ source }) => source),
        ['calcom'],
      )
    })
  })

  describe('with more than one sender, seat or secret', () => {
    before(async () => {
      stage = await setCalcomStage({ requestLimit: 'off' })
      await stage.connect()
    })
    after(() => stage.close())

    for (const shown of ['own', 'all'] as const)
      it(`charges everybody for a seat of their own where a delivery shows ${shown}`, async () => {
        await stage.guest.fault({ kind: 'seat-attendees', value: shown })

        const { emails } = await twoSeats()
        await stage.settle()

        assert.deepEqual(await ofBoth(emails), [['scheduled'], ['scheduled']])
      })

    for (const hasResponses of [true, false])
      it(`gives up one seat and keeps the other, ${hasResponses ? 'with' : 'without'} a form`, async () => {
        await stage.guest.fault({ kind: 'seat-responses', value: hasResponses })
        const { uid, emails, seats } = await twoSeats()
        await stage.settle()

        await stage.guest.act(uid, 'cancel', { seat: seats[0] })
        await stage.settle()

        assert.deepEqual(await ofBoth(emails), [['cancelled'], ['scheduled']])
      })

    it('calls off every seat where the host cancels the whole booking', async () => {
      const { uid, emails } = await twoSeats()
      await stage.settle()

      await stage.guest.act(uid, 'cancel')
      await stage.settle()

      assert.deepEqual(await ofBoth(emails), [['cancelled'], ['cancelled']])
    })

    it('moves every seat where the host moves the whole booking', async () => {
      const { uid, emails } = await twoSeats()
      await stage.settle()

      await stage.guest.act(uid, 'reschedule')
      await stage.settle()

      assert.deepEqual(await ofBoth(emails), [['scheduled'], ['scheduled']])
      const old = await stage.rows(`select 1 from session where organization_id = $1
        and merged_into is null and calcom_booking_id like '${uid}/%'`)
      assert.deepEqual(old, [])
    })

    it('moves one seat and leaves the other', async () => {
      const { uid, emails, seats } = await twoSeats()

      await stage.guest.act(uid, 'reschedule', { seat: seats[0] })
      await stage.settle()

      assert.deepEqual(await ofBoth(emails), [['scheduled'], ['scheduled']])
      assert.equal(await stage.leftOf(emails[0] ?? ''), 9)
    })

    it('marks who stayed away, and takes the mark away again', async () => {
      const person = somebody(stage)
      await stage.credits(await stage.client(person.email), 10)
      const booking = await person.book()
      const isMarked = async () =>
        (
          await stage.rows(`select no_show from session where organization_id = $1
            and calcom_booking_id = '${booking.uid}'`)
        )[0]?.['no_show']
      await stage.settle()

      await person.act(booking, 'no-show')
      await stage.settle()
      const marked = await isMarked()
      await person.act(booking, 'no-show', { set: false })
      await stage.settle()

      assert.deepEqual([marked, await isMarked()], [true, false])
    })

    it('learns a link that was changed without a word from the next sync', async () => {
      const person = somebody(stage)
      await stage.credits(await stage.client(person.email), 10)
      const booking = await person.book()
      await stage.settle()

      await person.act(booking, 'location', { location: 'https://elsewhere.test/room' })
      await stage.run('sync')

      const found = (await stage.sessions()).find(({ uid }) => uid === booking.uid)
      assert.equal(found?.['meeting_link'], 'https://elsewhere.test/room')
    })

    it('believes our hook alone where another one sends the same with another secret', async () => {
      const [own] = await stage.guest.held()
      await stage.guest.control('/calcom/hooks', {
        scope: 'user',
        owner: 'rita@acme.test',
        url: own.subscriberUrl,
        triggers: ['BOOKING_CREATED'],
        secret: 'not ours',
      })
      const person = somebody(stage)
      await stage.credits(await stage.client(person.email), 10)

      await person.book()
      await stage.settle()

      assert.deepEqual(await stage.sessionsOf(person.email), ['scheduled'])
      const { deliveries } = await stage.guest.ledger()
      assert.deepEqual(
        new Set(deliveries.slice(-2).map(({ status }) => status)),
        new Set([200, 401]),
      )
    })

    it('leaves what must be read again to a workflow of its own, also in a burst', async () => {
      const person = somebody(stage)
      await stage.credits(await stage.client(person.email), 10)
      const booking = await person.book({ requires_confirmation: true })
      await person.act(booking, 'confirm')
      await person.book()
      await stage.delivered()
      const rows = await stage.rows(`select organization_id as "organizationId", id as "eventId"
        from inbound_event where organization_id = $1 and status = 'received'`)

      const env = new MockActivityEnvironment()
      const events = rows as unknown as EventRow[]
      const told = await env.run(stage.activities.applyBurst, { events })
      await stage.apply()

      assert.deepEqual(told, { processed: 1, handedOver: 2 })
      assert.deepEqual(await stage.sessionsOf(person.email), ['scheduled', 'scheduled'])
    })

    it('sets aside what a template of somebody rendered to nonsense', async () => {
      const [hook] = await stage.guest.held()

      await stage.guest.call('PATCH', `/webhooks/${hook.id}`, {
        json: { payloadTemplate: '{"text":"{{title}}"}' },
      })
      await somebody(stage).book()
      await stage.settle()

      const kept = await stage.rows(`select reason from inbound_event where organization_id = $1
        and status = 'quarantined'`)
      assert.deepEqual(kept, [{ reason: 'missingField at triggerEvent' }])
    })
  })
})
