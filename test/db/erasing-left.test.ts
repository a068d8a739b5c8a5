import assert from 'node:assert/strict'
import { erasePerson } from '../../db/erasing.ts'
import { aSlot } from '../support/booking-stories.ts'
import { columnsWith, everythingIn } from '../support/database-scan.ts'
import { book, invitee, liveALife, OTHER, PERSON, WORDS } from './known-person.ts'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

interface Frame {
  readonly event: string
  readonly slot: string | null
  readonly payload: { readonly invitees: { email: string }[]; readonly guests: { email: string }[] }
  readonly audience: string[]
}

describe('what an erasure leaves', () => {
  let world: World
  let mine: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    mine = await aTenant(world)
    await liveALife(world, mine)
  })

  const erase = () =>
    world.database.withTenant(mine.organizationId, (tx) => erasePerson(tx, PERSON, () => []))

  const stored = async () =>
    (await everythingIn(world.owner)).filter(
      ({ organizationId }) => organizationId === mine.organizationId || organizationId === null,
    )

  /** What sockets are told from now on, with the slot of the meeting. */
  async function frames(): Promise<Frame[]> {
    const { rows } = await world.owner.query<Frame>(
      `select o.event, m.slot_uri as slot, o.payload, o.audience from outbox o
       left join meeting m on m.id = (o.payload ->> 'id')::uuid
       where o.organization_id = $1 and o.event like 'meeting:%' order by o.seq`,
      [mine.organizationId],
    )
    return rows
  }

  it('is a group of the others, as the sockets are told', async () => {
    await world.owner.query(`update prospect set owner_user_id = null where email = $1`, [PERSON])
    const before = await frames()

    await erase()

    const [group, ...more] = (await frames()).filter(({ slot }) => slot === 'group')
    assert.ok(before.some(({ slot, payload }) => slot === 'group' && payload.invitees.length === 2))
    assert.deepEqual(more, [])
    assert.equal(group?.event, 'meeting:updated')
    assert.deepEqual(
      group.payload.invitees.map(({ email }) => email),
      [OTHER.email],
    )
    assert.deepEqual(group.audience, [mine.userId])
  })

  it('is a meeting of others without their guest, as the sockets are told', async () => {
    await erase()

    const told = (await frames()).filter(({ slot }) => slot === 'guests')
    assert.deepEqual(
      told.map(({ event, payload }) => [event, payload.guests.map(({ email }) => email)]),
      [['meeting:updated', ['third@prospect.test']]],
    )
  })

  it('is told to who saw the meeting as the owner of the person', async () => {
    const { rows } = await world.owner.query<{ id: string }>(
      `insert into app_user (organization_id, id, subject, role)
       values ($1, gen_random_uuid(), 'owner of pat', 'member') returning id`,
      [mine.organizationId],
    )
    const [owner] = rows
    await world.owner.query(
      `update prospect set owner_user_id = $1 where organization_id = $2 and email = $3`,
      [owner?.id, mine.organizationId, PERSON],
    )

    await erase()

    const told = await frames()
    const hears = (slot: string) =>
      told.some((frame) => frame.slot === slot && frame.audience.includes(owner?.id ?? ''))
    assert.deepEqual([hears('group'), hears('guests')], [true, false])
  })

  it('names the person in no frame', async () => {
    assert.ok(columnsWith(await stored(), WORDS).includes('outbox.payload'))

    await erase()

    assert.deepEqual(columnsWith(await stored(), WORDS), [])
    assert.ok((await frames()).length > 2)
  })

  it('is every word around the address', async () => {
    const name = `With (${PERSON}):\n${PERSON}, thanks`
    const kind = 'created'
    const whose = invitee('o4', 'named', { ...OTHER, name })
    await book(world, mine, { kind, invitee: whose, slot: aSlot({ uri: 'named', name }) })

    await erase()

    const { rows } = await world.owner.query(
      `select m.name, s.fact ->> 'name' as slot, i.fact ->> 'name' as invitee from meeting m
       join meeting_slot s on s.meeting_id = m.id join meeting_invitee i on i.meeting_id = m.id
       where m.organization_id = $1 and m.slot_uri = 'named'`,
      [mine.organizationId],
    )
    const left = 'With ([erased]):\n[erased], thanks'
    assert.deepEqual(rows, [{ name: left, slot: left, invitee: left }])
  })
})
