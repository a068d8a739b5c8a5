import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { bytes } from '../support/calendly-payloads.ts'
import { callerOf, type Json, type Told } from './calling.ts'
import { aFilledTenant, applyStored, type Filled, keep, parkStored } from './filled.ts'
import { aTenant, startTestApi, type TestApi } from './harness.ts'
import { freshBody } from './ingress/door.ts'

const EVER = { from: '2020-01-01T00:00:00Z', to: '2199-01-01T00:00:00Z' }

describe('replay over REST', () => {
  let api: TestApi
  let acme: Filled
  const call = callerOf(() => api)
  const replay = (body: object, token = acme.token): Promise<Told> =>
    call('/api/events/replay', { token, body })
  const statusOf = async (eventId: string): Promise<unknown> =>
    (await call(`/api/events/${eventId}`, { token: acme.token })).body['status']
  const query = async (text: string, values: unknown[] = []): Promise<Json[]> =>
    (await api.owner.query<Json>(text, values)).rows

  before(async () => void (api = await startTestApi({ options: { ratePerMinute: 10_000 } })))
  after(() => api.close())
  beforeEach(async () => void (acme = await aFilledTenant(api, randomUUID())))

  it('handles a selection again, and says of the others why not', async () => {
    const [waiting, parked] = [
      await keep(api, acme, freshBody()),
      await keep(api, acme, freshBody()),
    ]
    await parkStored(api, acme, parked)
    const chosen = [acme.eventId, acme.unreadableId, waiting, parked]

    const { status, body } = await replay({ event_ids: chosen })

    const not = { status: 'received', reason: 'It can not be replayed now.' }
    const told = new Map((body['items'] as Json[]).map((item) => [item['event_id'], item]))
    assert.deepEqual([status, body['dry_run'], told.size], [202, false, chosen.length])
    assert.partialDeepStrictEqual(told.get(acme.eventId), { status: 'received', reason: null })
    assert.partialDeepStrictEqual(told.get(acme.unreadableId), { status: 'received', reason: null })
    assert.partialDeepStrictEqual(told.get(waiting), not)
    assert.partialDeepStrictEqual(told.get(parked), { ...not, status: 'parked' })
    assert.equal(await statusOf(parked), 'parked')
    assert.equal(await applyStored(api, acme, acme.eventId), 'processed')
  })

  it('says in a dry run that the provider is asked first, where it is', async () => {
    const body = JSON.stringify({
      triggerEvent: 'BOOKING_NO_SHOW_UPDATED',
      createdAt: '2026-11-21T12:00:00Z',
      payload: { bookingUid: 'fakeUid', attendees: [] },
    })
    await query(`update inbound_event set provider = 'calcom', body = $2 where id = $1`, [
      acme.eventId,
      Buffer.from(body),
    ])

    const told = await replay({ event_ids: [acme.eventId], dry_run: true })

    const [item] = told.body['items'] as Json[]
    assert.partialDeepStrictEqual(item, { status: 'processed', changes: [] })
    assert.match(String(item?.['reason']), /read at the provider first/)
  })

  it('notes who replayed what', async () => {
    await replay({ event_ids: [acme.eventId, acme.unreadableId] }, acme.admin)

    const notes = await query(
      `select actor_user_id, subject, detail from audit_entry where organization_id = $1
         and action = 'event.replay' order by subject`,
      [acme.organizationId],
    )
    const note = (id: string, from: string) => {
      return { actor_user_id: acme.adminUserId, subject: `event/${id}`, detail: { from } }
    }
    assert.deepEqual(notes, [
      note(acme.eventId, 'processed'),
      note(acme.unreadableId, 'quarantined'),
    ])
  })

  it('leaves a replayed event to the relay', async () => {
    await replay({ event_ids: [acme.eventId] })

    const backlog = await api.database.directory.claimBacklog(100)
    assert.ok(backlog.some(({ eventId }) => eventId === acme.eventId))
    assert.ok(!api.gateway.events.includes(acme.eventId))
  })

  it('touches nothing when one of the selection is not theirs', async () => {
    const globex = await aFilledTenant(api, randomUUID())
    const subject = randomUUID()
    const colleague = await aTenant(api, {
      userUri: `user:${subject}`,
      organization: acme.organization,
      subject,
    })

    const foreign = await replay({ event_ids: [acme.eventId, globex.eventId] }, acme.admin)
    const unseen = await replay({ event_ids: [acme.eventId] }, colleague.token)
    const dry = await replay({ event_ids: [acme.eventId], dry_run: true }, colleague.token)

    assert.deepEqual([foreign.status, unseen.status, dry.status], [404, 404, 404])
    assert.deepEqual(
      [await statusOf(acme.eventId), await eventStatus(globex.eventId)],
      ['processed', 'processed'],
    )
  })

  const eventStatus = async (eventId: string): Promise<unknown> =>
    (await query('select status from inbound_event where id = $1', [eventId]))[0]?.['status']

  it('takes from a window what came in it, in a status, through an integration', async () => {
    const window = async (more: object): Promise<unknown[]> =>
      idsOf(await replay({ window: { ...EVER, ...more }, dry_run: true }))
    const { body } = await call(`/api/events/${acme.unreadableId}`, { token: acme.token })
    const moment = body['received_at']

    assert.deepEqual(await window({}), [acme.eventId, acme.unreadableId])
    assert.deepEqual(await window({ status: 'quarantined' }), [acme.unreadableId])
    assert.deepEqual(await window({ integration_id: acme.integrationId, to: moment }), [
      acme.eventId,
    ])
    assert.deepEqual(await window({ from: EVER.from, to: '2020-02-01T00:00:00Z' }), [])
    const stranger = await replay({ window: { ...EVER, integration_id: randomUUID() } })
    assert.equal(stranger.status, 404)
  })

  it('shows members the window of their own integrations alone', async () => {
    const subject = randomUUID()
    const told = { userUri: `user:${subject}`, organization: acme.organization, subject }
    const colleague = await aTenant(api, told)
    const own = await keep(api, colleague, bytes('{"event":'))
    await applyStored(api, colleague, own)

    const seen = await replay({ window: EVER, dry_run: true }, colleague.token)
    const whole = await replay({ window: EVER, dry_run: true }, acme.admin)

    assert.partialDeepStrictEqual(seen.body['items'], [{ event_id: own }])
    assert.equal((seen.body['items'] as Json[]).length, 1)
    assert.equal((whole.body['items'] as Json[]).length, 3)
  })

  it('goes through a window fifty at a time', async () => {
    for (let more = 0; more < 53; more += 1)
      await applyStored(api, acme, await keep(api, acme, bytes(`{"event": ${more}`)))

    const first = await replay({ window: EVER })
    const cursor = first.body['next_cursor']
    const second = await replay({ window: { ...EVER, cursor } })

    const [some, rest] = [first, second].map(({ body }) => body['items'] as Json[])
    assert.deepEqual([some?.length, rest?.length, second.body['next_cursor']], [50, 5, null])
    assert.equal((await query(UNTOUCHED, [acme.organizationId])).length, 0)
  })

  it('tells by a dry run of many what each would change, and changes nothing', async () => {
    await query(`update meeting set name = 'renamed' where id = $1`, [acme.meetingId])
    const everything = () =>
      query(
        `select to_jsonb(e) as row from inbound_event e where organization_id = $1
         union all select to_jsonb(m) from meeting m where organization_id = $1
         union all select to_jsonb(o) from outbox o where organization_id = $1
         union all select to_jsonb(a) from audit_entry a where organization_id = $1`,
        [acme.organizationId],
      )
    const before = await everything()

    const { status, body } = await replay({ window: EVER, dry_run: true })

    const [booked, unreadable] = body['items'] as Json[]
    assert.deepEqual([status, body['dry_run']], [200, true])
    assert.partialDeepStrictEqual(booked, {
      status: 'processed',
      changes: [{ event: 'meeting:updated', id: acme.meetingId, fields: ['name'] }],
    })
    assert.partialDeepStrictEqual(unreadable, { status: 'quarantined', changes: [] })
    assert.deepEqual(await everything(), before)
  })

  it('tells that what was delivered is no longer kept', async () => {
    await query('update inbound_event set body = null where id = $1', [acme.eventId])

    const real = await replay({ event_ids: [acme.eventId] })
    const dry = await replay({ event_ids: [acme.eventId], dry_run: true })

    const reason = 'What was delivered is no longer kept.'
    assert.partialDeepStrictEqual(real.body['items'], [{ status: 'processed', reason }])
    assert.partialDeepStrictEqual(dry.body['items'], [{ status: 'dropped', reason }])
  })

  it('tells by a dry run that an erased person stays away', async () => {
    const told = freshBody({ payload: { email: 'gone@prospect.test' } })
    await applyStored(api, acme, await keep(api, acme, told))
    const canceled = String(told).replace('invitee.created', 'invitee.canceled')
    await call('/api/erase', { token: acme.admin, body: { email: 'gone@prospect.test' } })
    const late = await keep(api, acme, Buffer.from(canceled))

    const { body } = await replay({ event_ids: [late], dry_run: true })

    const reason = 'the person was erased'
    assert.deepEqual(body['items'], [
      { event_id: late, dry_run: true, status: 'dropped', reason, changes: [] },
    ])
  })

  it('wants either a selection or a window, and both of a sane size', async () => {
    const wrong = [
      {},
      { event_ids: [acme.eventId], window: EVER },
      { event_ids: [] },
      { event_ids: Array.from({ length: 51 }, () => randomUUID()) },
      { event_ids: ['no id'] },
      { window: { from: EVER.to, to: EVER.from } },
      { window: { from: EVER.from } },
      { window: { ...EVER, status: 'parked' } },
      { window: { ...EVER, cursor: 'not one of ours' } },
    ]

    for (const body of wrong)
      assert.equal((await replay(body)).status, 400, JSON.stringify(body).slice(0, 80))
    assert.equal(await statusOf(acme.eventId), 'processed')
  })
})

/** Events nobody has asked to handle again. */
const UNTOUCHED = `select id from inbound_event where organization_id = $1 and status <> 'received'`

const idsOf = ({ body }: Told): unknown[] =>
  (body['items'] as Json[]).map(({ event_id }) => event_id)
