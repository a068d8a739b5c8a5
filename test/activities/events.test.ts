import assert from 'node:assert/strict'
import { newId } from '../../db/ids.ts'
import { want } from '../../db/integrations.ts'
import { openWorld, type World } from '../db/world.ts'
import { delivery, INVITEE, SLOT } from '../support/calendly-payloads.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { type Inbox, openInbox } from '../support/inbox.ts'

/** The creation of one booking of its own, by number. */
const created = (n: number, more: object = {}): object =>
  delivery('invitee.created', {
    payload: {
      uri: `${INVITEE.slice(0, -4)}${1000 + n}`,
      event: `${SLOT.slice(0, -4)}${1000 + n}`,
      email: `pat${n}@prospect.test`,
      ...more,
    },
    slot: { uri: `${SLOT.slice(0, -4)}${1000 + n}` },
  })

const id = (ids: readonly string[], at = 0): string => ids[at] ?? ''

describe('activities: events', () => {
  let world: World
  let stage: Stage
  let inbox: Inbox
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    stage = await setStage(world)
    await stage.connect()
    inbox = await openInbox(world, stage)
  })
  afterEach(() => stage.close())

  const counts = async () => {
    const { rows } = await world.owner.query(
      `select (select count(*)::int from meeting where organization_id = $1) as meetings,
         (select count(*)::int from prospect where organization_id = $1) as prospects,
         (select count(*)::int from outbox where organization_id = $1
           and event in ('meeting:created', 'prospect:created')) as told`,
      [stage.organizationId],
    )
    return rows[0]
  }
  const setWanted = (wanted: 'connected' | 'paused') =>
    world.database.withTenant(stage.organizationId, (tx) =>
      want(tx, { integrationId: stage.job().integrationId, wanted }),
    )

  it('turns a stored delivery into prospect and meeting, and names the workflow that did', async () => {
    const ids = await inbox.deliver(created(1))

    const end = await inbox.apply(id(ids))

    const { status, workflow_id } = await inbox.statusOf(id(ids))
    assert.deepEqual([end, status, workflow_id], ['processed', 'processed', 'event:of-a-test'])
    assert.deepEqual(await counts(), { meetings: 1, prospects: 1, told: 2 })
  })

  it('does nothing for an event that was processed before', async () => {
    const ids = await inbox.deliver(created(1))

    const ends = [await inbox.apply(id(ids)), await inbox.apply(id(ids))]

    assert.deepEqual(ends, ['processed', 'processed'])
    assert.deepEqual(await counts(), { meetings: 1, prospects: 1, told: 2 })
  })

  it('has one effect when one event is applied twenty times at once', async () => {
    const ids = await inbox.deliver(created(1))

    const ends = await Promise.all(Array.from({ length: 20 }, () => inbox.apply(id(ids))))

    assert.deepEqual(new Set(ends), new Set(['processed']))
    assert.deepEqual(await counts(), { meetings: 1, prospects: 1, told: 2 })
  })

  it('sets an unreadable delivery aside, with the reason and the place', async () => {
    const ids = await inbox.deliver(created(1, { email: 7 }), '{"event":')

    const ends = [await inbox.apply(id(ids)), await inbox.apply(id(ids, 1))]

    assert.deepEqual(ends, ['quarantined', 'quarantined'])
    assert.match((await inbox.statusOf(id(ids))).reason ?? '', /payload\.email/)
    assert.match((await inbox.statusOf(id(ids, 1))).reason ?? '', /\w/)
    assert.deepEqual(await counts(), { meetings: 0, prospects: 0, told: 0 })
  })

  it('drops what is nobody’s', async () => {
    assert.equal(await inbox.apply(newId()), 'dropped')
  })

  it('ends an event whose bytes are gone as dropped, and says why', async () => {
    const ids = await inbox.deliver(created(1))
    await world.owner.query('update inbound_event set body = null where id = $1', [id(ids)])

    const end = await inbox.apply(id(ids))

    const { status, reason } = await inbox.statusOf(id(ids))
    assert.deepEqual([end, status], ['dropped', 'dropped'])
    assert.match(reason ?? '', /no longer kept/)
  })

  it('holds events while paused, and lets them go on resume', async () => {
    await setWanted('paused')
    const ids = await inbox.deliver(created(1), created(2))
    const held = await inbox.apply(id(ids))
    await setWanted('connected')

    const released = await stage.activities.releaseHeld(stage.job())
    const ends = await Promise.all(ids.map((one) => inbox.apply(one)))

    assert.equal(held, 'held')
    assert.deepEqual(released, { kind: 'done', found: '2 held events released' })
    assert.deepEqual(ends, ['processed', 'processed'])
    assert.deepEqual(await counts(), { meetings: 2, prospects: 2, told: 4 })
  })

  it('takes a burst of a hundred, ill and done ones among them', async () => {
    const fresh = Array.from({ length: 80 }, (_, n) => created(n))
    const ill = Array.from({ length: 18 }, (_, n) => created(200 + n, { status: 'maybe' }))
    const ids = await inbox.deliver(...fresh, ...ill, created(300))
    await inbox.apply(id(ids))

    const result = await inbox.burst([...ids, newId()])

    assert.deepEqual(result, { processed: 100, handedOver: 0 })
    assert.deepEqual(await counts(), { meetings: 81, prospects: 81, told: 162 })
  })

  it('hands over what fails, and finishes all others', async () => {
    const ids = await inbox.deliver(created(1), created(2))

    const result = await inbox.burst([id(ids), 'not an id', id(ids, 1)])

    assert.deepEqual(result, { processed: 2, handedOver: 1 })
    assert.deepEqual(await counts(), { meetings: 2, prospects: 2, told: 4 })
  })

  it('leaves alone by sync what a webhook has told already', async () => {
    const booked = (await stage.visitor.book()).body
    const payload = { ...booked.invitee, scheduled_event: booked.scheduled_event }
    const ids = await inbox.deliver({ ...created(1), payload })
    await inbox.apply(id(ids))
    const before = await world.owner.query('select * from meeting')

    const result = await stage.activities.syncPage({ ...stage.job(), cursor: null, first: true })

    assert.match(result.kind === 'page' ? result.found : '', /^1 seen, 0 new, 0 changed$/)
    assert.deepEqual((await world.owner.query('select * from meeting')).rows, before.rows)
  })
})
