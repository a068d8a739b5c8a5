import assert from 'node:assert/strict'
import { applyBooking } from '../../db/bookings.ts'
import { listEvents } from '../../db/inbound-events.ts'
import { listIntegrations } from '../../db/integrations.ts'
import { listMeetings, readMeeting } from '../../db/meetings.ts'
import { listProspects, readProspect, setProspectOwner } from '../../db/prospects.ts'
import type { TenantTx } from '../../db/tenant.ts'
import { anInvitee, aSlot } from '../support/booking-stories.ts'
import { aDelivery, aTenant, openWorld, type Tenant, type World } from './world.ts'

describe('lists', () => {
  let world: World
  let tenant: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (tenant = await aTenant(world)))

  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) =>
    world.database.withTenant(tenant.organizationId, work)
  const book = (n: number) =>
    inTenant(async (tx) => {
      const applied = await applyBooking(tx, {
        integrationId: tenant.integrationId,
        eventId: null,
        event: {
          provider: 'calendly',
          kind: 'created',
          invitee: anInvitee({
            uri: `i${n}`,
            slotUri: `s${n}`,
            email: `p${n}@x.test`,
            name: `N_${n}`,
          }),
          slot: aSlot({ uri: `s${n}` }),
        },
      })
      return applied === 'erased' ? assert.fail('nobody was erased') : applied
    })
  const all = () => ({ userId: tenant.userId, role: 'admin', seesAll: true }) as const
  const owner = () => ({ userId: tenant.userId, role: 'member', seesAll: false }) as const
  const colleague = async () => {
    const { rows } = await world.owner.query('select external_id from organization where id = $1', [
      tenant.organizationId,
    ])
    const found = await world.database.directory.resolveIdentity({
      organization: rows[0].external_id,
      subject: `colleague of ${tenant.userId}`,
      role: 'member',
    })
    assert.ok(found !== 'otherOrganization')
    return { userId: found.userId, role: 'member', seesAll: false } as const
  }

  it('pages through every prospect once, newest first', async () => {
    for (let n = 0; n < 7; n += 1) await book(n)

    const names: (string | null)[] = []
    let cursor: string | undefined
    do {
      const page = await inTenant((tx) => listProspects(tx, all(), { limit: 3, cursor }))
      names.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)

    assert.deepEqual(
      names,
      [6, 5, 4, 3, 2, 1, 0].map((n) => `N_${n}`),
    )
  })

  const search = (q: string) => inTenant((tx) => listProspects(tx, all(), { limit: 9, q }))

  it('finds by part of a name or e-mail, and takes signs of a pattern as they are', async () => {
    for (let n = 0; n < 3; n += 1) await book(n)
    const found = [
      await search('n_1'),
      await search('P2@X'),
      await search('%'),
      await search('n__'),
    ]

    assert.deepEqual(
      found.map(({ items }) => items.length),
      [1, 1, 0, 0],
    )
  })

  it('shows a member what they own or host, and nothing else', async () => {
    const { prospectId, meetingId } = await book(1)
    await world.ingress.acceptEvents([aDelivery(tenant.endpoint, 'k')])
    const other = await colleague()

    const seen = (viewer: Parameters<typeof listProspects>[1]) =>
      inTenant(async (tx) => [
        (await listProspects(tx, viewer, { limit: 9 })).items.length,
        (await listMeetings(tx, viewer, { limit: 9 })).items.length,
        (await listIntegrations(tx, viewer, { limit: 9 })).items.length,
        (await listEvents(tx, viewer, { limit: 9 })).items.length,
        (await readProspect(tx, viewer, prospectId)) === undefined ? 0 : 1,
        (await readMeeting(tx, viewer, meetingId)) === undefined ? 0 : 1,
      ])

    assert.deepEqual(await seen(owner()), [1, 1, 1, 1, 1, 1])
    assert.deepEqual(await seen(other), [0, 0, 0, 0, 0, 0])
  })

  it('gives a prospect to somebody by hand, who then sees it with its meeting', async () => {
    const { prospectId, meetingId } = await book(1)
    const other = await colleague()

    await inTenant((tx) => setProspectOwner(tx, { id: prospectId, ownerUserId: other.userId }))

    const [prospect, meeting] = await inTenant(async (tx) => [
      await readProspect(tx, other, prospectId),
      await readMeeting(tx, other, meetingId),
    ])
    assert.equal(prospect?.owner_user_id, other.userId)
    assert.equal(meeting?.invitees[0]?.prospect_id, prospectId)
  })

  it('never moves a person to another organization', async () => {
    const claims = { subject: 'wanderer', role: 'member' } as const
    const { directory } = world.database
    const first = await Promise.all(
      Array.from({ length: 10 }, () =>
        directory.resolveIdentity({ ...claims, organization: 'here' }),
      ),
    )

    const moved = await directory.resolveIdentity({ ...claims, organization: 'there' })

    assert.equal(new Set(first.map((one) => JSON.stringify(one))).size, 1)
    assert.equal(moved, 'otherOrganization')
  })
})
