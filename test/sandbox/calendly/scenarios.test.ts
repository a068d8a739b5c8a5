import assert from 'node:assert/strict'
import type { Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

describe('calendly sandbox: scenarios', () => {
  let visitor: Visitor
  let receiver: Receiver
  let tokens: Tokens

  beforeEach(async () => {
    visitor = await visit()
    receiver = await startReceiver()
    tokens = await visitor.connect()
    await visitor.subscribe(tokens, { url: receiver.url })
  })

  afterEach(async () => {
    await visitor.sandbox.close()
    await receiver.close()
  })

  const act = (booked: any, what: string, json: unknown) =>
    visitor.control(`/calendly/bookings/${booked.invitee.uri.split('/').at(-1)}/${what}`, json)

  it('books: one delivery, and the same facts in API and ledger', async () => {
    const { status, body } = await visitor.book({ start_time: '2027-01-05T10:00:00Z' })
    const [delivery] = await receiver.until(1)
    const { scheduled_event, ...invitee } = delivery?.envelope.payload ?? {}
    const read = await visitor.send('GET', body.invitee.uri, { token: tokens.access_token })

    assert.equal(status, 201)
    assert.deepEqual(invitee, body.invitee)
    assert.deepEqual(read.body.resource, body.invitee)
    assert.equal(scheduled_event.start_time, '2027-01-05T10:00:00.000000Z')
    const [truth] = (await visitor.ledger()).bookings
    assert.deepEqual([truth.invitee, truth.status], [body.invitee.uri, 'active'])
  })

  it('cancels as host and as invitee, with the event', async () => {
    const one = (await visitor.book()).body
    const other = (await visitor.book()).body
    await act(one, 'cancel', { by: 'host' })
    await act(other, 'cancel', { by: 'invitee', reason: 'Ill' })
    const canceled = (await receiver.until(4))
      .map(({ envelope }) => envelope)
      .filter(({ event }) => event === 'invitee.canceled')
    const byHost = canceled.find(({ payload }) => payload.uri === one.invitee.uri)?.payload
    const byGuest = canceled.find(({ payload }) => payload.uri === other.invitee.uri)?.payload

    assert.deepEqual(
      [
        byHost.cancellation.canceler_type,
        byHost.cancellation.canceled_by,
        byHost.cancellation.reason,
      ],
      ['host', 'Rita Host', ''],
    )
    assert.deepEqual(
      [byGuest.cancellation.canceler_type, byGuest.cancellation.reason],
      ['invitee', 'Ill'],
    )
    assert.equal(byHost.scheduled_event.status, 'canceled')
    assert.deepEqual(byHost.scheduled_event.cancellation, byHost.cancellation)
    assert.equal(byHost.scheduled_event.invitees_counter.active, 0)
  })

  for (const order of ['canceled-first', 'created-first']) {
    it(`reschedules in two linked deliveries, ${order}`, async () => {
      const old = (await visitor.book()).body
      await receiver.until(1)
      const moved = (await act(old, 'reschedule', { order })).body
      const received = (await receiver.until(3)).slice(1).map(({ envelope }) => envelope)
      const canceled = received.find(({ event }) => event === 'invitee.canceled')?.payload
      const created = received.find(({ event }) => event === 'invitee.created')?.payload

      assert.equal(
        received[0]?.event,
        order === 'created-first' ? 'invitee.created' : 'invitee.canceled',
      )
      assert.deepEqual([canceled.uri, canceled.new_invitee], [old.invitee.uri, moved.invitee.uri])
      assert.deepEqual([created.uri, created.old_invitee], [moved.invitee.uri, old.invitee.uri])
      assert.deepEqual([canceled.rescheduled, created.rescheduled], [true, false])
      assert.notEqual(created.event, canceled.event)
    })
  }

  it('marks and unmarks a no-show, by control and by API', async () => {
    const booked = (await visitor.book()).body
    await act(booked, 'no-show', { set: true })
    await act(booked, 'no-show', { set: false })
    const token = tokens.access_token
    const json = { invitee: booked.invitee.uri }
    const marked = await visitor.send('POST', '/calendly/invitee_no_shows', { token, json })
    const got = await visitor.send('GET', marked.body.resource.uri, { token })
    const gone = await visitor.send('DELETE', marked.body.resource.uri, { token })
    const received = await receiver.until(5)

    assert.deepEqual([marked.status, got.status, gone.status], [201, 200, 204])
    const marks = received.filter(({ envelope }) => envelope.event === 'invitee_no_show.created')
    assert.equal(marks.length, 2)
    assert.ok(marks.every(({ envelope }) => envelope.payload.no_show.uri !== null))
    assert.ok(marks.every(({ envelope }) => envelope.payload.status === 'active'))
    assert.equal((await visitor.ledger()).bookings[0].no_show, false)
  })

  it('tells every host of a collective event', async () => {
    const omar = await visitor.connect('omar@acme.test')
    await visitor.subscribe(omar, { url: `${receiver.url}/omar` })
    await visitor.book({ hosts: ['omar@acme.test'] })
    const received = await receiver.until(2)

    assert.deepEqual(received.map(({ path }) => path).toSorted(), ['/hook', '/hook/omar'])
    const hosts = received[0]?.envelope.payload.scheduled_event.event_memberships
    assert.deepEqual(
      hosts.map(({ user_email }: { user_email: string }) => user_email),
      ['rita@acme.test', 'omar@acme.test'],
    )
  })

  it('tells an organization hook of its members, in the name of its creator', async () => {
    await visitor.subscribe(tokens, { url: `${receiver.url}/all`, scope: 'organization' })
    await visitor.book({ user: 'omar@acme.test' })
    await visitor.book({ user: 'lena@solo.test' })
    await visitor.book()
    const received = await receiver.until(3)

    const all = received.filter(({ path }) => path === '/hook/all')
    assert.equal(all.length, 2)
    assert.ok(all.every(({ envelope }) => envelope.created_by === tokens.owner))
  })

  it('keeps a group event active until its last invitee cancels', async () => {
    const first = (await visitor.book({ limit: 2 })).body
    const event = first.scheduled_event.uri
    const second = (await visitor.book({ event, invitee: { email: 'b@x.test', name: 'B' } })).body
    const full = await visitor.book({ event })
    const one = (await act(first, 'cancel', { by: 'invitee' })).body
    const both = (await act(second, 'cancel', { by: 'invitee' })).body

    assert.deepEqual(second.scheduled_event.invitees_counter, { total: 2, active: 2, limit: 2 })
    assert.equal(full.status, 409)
    assert.deepEqual(
      [one.scheduled_event.status, both.scheduled_event.status],
      ['active', 'canceled'],
    )
  })

  it('silences the hook of a removed member, which stays active', async () => {
    const earlier = (await visitor.book()).body
    await receiver.until(1)
    await visitor.fault({ kind: 'user-removed', user: 'rita@acme.test' })
    await act(earlier, 'cancel', { by: 'invitee' })
    await visitor.book()
    const me = await visitor.get('/users/me', tokens.access_token)

    assert.notEqual(me.body.resource.current_organization, tokens.organization)
    assert.equal((await visitor.hooks())[0].state, 'active')
    const [first, ...later] = await visitor.eventually(
      async () => (await visitor.ledger()).deliveries,
      ({ length }) => length > 0,
    )
    assert.equal(first.event, 'invitee.created')
    assert.deepEqual(later, [])
  })

  it('lists events by window, status and invitee, and refuses what the docs refuse', async () => {
    const token = tokens.access_token
    await visitor.book({ start_time: '2027-02-01T10:00:00Z' })
    const later = (await visitor.book({ start_time: '2027-03-01T10:00:00Z' })).body
    await act(later, 'cancel', { by: 'host' })
    const list = (query: Record<string, string>) =>
      visitor.get(`/scheduled_events?${new URLSearchParams(query).toString()}`, token)
    const user = tokens.owner
    const window = await list({ user, min_start_time: '2027-02-15T00:00:00.000000Z' })
    const active = await list({ user, status: 'active', sort: 'start_time:desc' })
    const other = await list({ user: (await visitor.connect('omar@acme.test')).owner })
    const none = await list({})

    assert.deepEqual(
      window.body.collection.map(({ uri }: { uri: string }) => uri),
      [later.scheduled_event.uri],
    )
    assert.equal(active.body.collection.length, 1)
    assert.equal(
      other.body.message,
      'Please also specify organization when requesting events for a user within your organization.',
    )
    assert.equal(none.status, 400)
  })

  it('cancels a whole event by API once, and books by API', async () => {
    const token = tokens.access_token
    const users = (await visitor.send('GET', '/control/calendly/users')).body.users
    const json = {
      event_type: users[0].event_type,
      start_time: '2027-02-01T10:00:00Z',
      invitee: { email: 'api@x.test', name: 'A P I', timezone: 'UTC' },
    }
    const booked = await visitor.send('POST', '/calendly/invitees', { token, json })
    const url = `${booked.body.resource.event}/cancellation`
    const done = await visitor.send('POST', url, { token, json: { reason: 'Holiday' } })
    const again = await visitor.send('POST', url, { token, json: {} })

    assert.deepEqual([booked.status, booked.body.resource.scheduling_method], [201, 'api'])
    assert.deepEqual([done.status, done.body.resource.reason], [201, 'Holiday'])
    assert.equal(again.body.message, 'Event is already canceled')
  })

  it('lets a person book, move and cancel in a browser', async () => {
    const page = await visitor.send('GET', '/book/rita-host')
    const fields = { name: 'Pat <b>', email: 'pat@x.test', start_time: '2027-02-01T10:00' }
    const booked = await visitor.form('/book/rita-host?utm_source=crm', fields)
    const move = /\/reschedulings\/[0-9a-f-]+/.exec(booked.body)?.[0] ?? ''
    const moved = await visitor.form(move, { start_time: '2027-02-02T10:00' })
    const cancel = /\/cancellations\/[0-9a-f-]+/.exec(moved.body)?.[0] ?? ''
    const canceled = await visitor.form(cancel, { reason: 'no' })

    assert.match(page.body, /Meet Rita Host/)
    assert.ok(!String(booked.body).includes('<b>'))
    assert.equal(canceled.status, 200)
    const { bookings } = await visitor.ledger()
    assert.deepEqual(
      bookings.map(({ status, rescheduled }) => ({ status, rescheduled })),
      [
        { status: 'canceled', rescheduled: true },
        { status: 'canceled', rescheduled: false },
      ],
    )
    assert.equal(bookings[1].tracking.utm_source, 'crm')
  })
})
