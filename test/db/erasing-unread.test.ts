import assert from 'node:assert/strict'
import { erasePerson } from '../../db/erasing.ts'
import { accountOf, PERSON } from './known-person.ts'
import { aDelivery, aTenant, openWorld, type Tenant, type World } from './world.ts'

const WAYS = {
  'in capitals': PERSON.toUpperCase(),
  'as JSON escapes signs': PERSON.replace('@', String.raw`\u0040`).toLowerCase(),
  'as JSON within JSON does': PERSON.replace('@', String.raw`\\u0040`),
  'after an escaped line break': String.raw`\n${PERSON}`,
  'as web addresses escape signs': PERSON.replace('@', '%40'),
}
/** Somebody else, whose address contains it. */
const OTHERS = 'x-pat.secret@prospect.test.au'

describe('erasing a person whom nobody could read', () => {
  let world: World
  let mine: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (mine = await aTenant(world)))

  const erase = () =>
    world.database.withTenant(mine.organizationId, (tx) => erasePerson(tx, PERSON, () => []))

  /** One set aside, one held, and mail: for an account of ours, and for none at all. */
  async function deliver(text: string): Promise<void> {
    const name = text + mine.endpoint
    const delivery = (kind: string) =>
      aDelivery(
        mine.endpoint,
        `${kind} ${Buffer.from(name).toString('hex')}`,
        `<<${text} ${mine.endpoint}`,
      )
    await world.ingress.acceptEvents([
      { ...delivery('set-aside'), kind: 'unreadable', quarantine: 'unreadable at /' },
      delivery('kept-back'),
    ])
    for (const accountUris of [[await accountOf(world, mine)], []])
      await world.ingress.keepUnrouted({
        ...delivery(`mail-${accountUris.length}`),
        provider: 'calendly',
        accountUris,
      })
    await world.owner.query(
      `update inbound_event set status = 'held' where dedupe_key like 'kept-back%'
           and status = 'received'`,
    )
  }

  /** Events and mail that still hold this text. */
  async function kept(text: string): Promise<number> {
    const { rows } = await world.owner.query<{ kept: number }>(
      `select count(*)::int as kept from (
           select body from inbound_event where organization_id = $1
           union all select body from unrouted_delivery
             where account_uris = '{}' or account_uris @> array[$2]) as one
         where position(convert_to($3, 'UTF8') in body) > 0`,
      [mine.organizationId, await accountOf(world, mine), `<<${text} ${mine.endpoint}`],
    )
    return rows[0]?.kept ?? 0
  }

  for (const [way, text] of Object.entries(WAYS))
    it(`destroys what was delivered where the address stands ${way}`, async () => {
      await deliver(text)
      await deliver(OTHERS)
      const before = await kept(text)

      await erase()

      assert.deepEqual([before, await kept(text), await kept(OTHERS)], [4, 0, 4])
      const { rows } = await world.owner.query(
        `select status, reason from inbound_event where organization_id = $1
             and dedupe_key like 'set-aside%' and body is null`,
        [mine.organizationId],
      )
      assert.deepEqual(rows, [{ status: 'dropped', reason: 'the person was erased' }])
    })

  it('leaves mail for an account of which nobody knows whose it is', async () => {
    const delivery = aDelivery('none', `strange ${mine.endpoint}`, `strange ${PERSON}`)
    const accountUris = [`nobody:${mine.endpoint}`]
    await world.ingress.keepUnrouted({ ...delivery, provider: 'calendly', accountUris })

    await erase()

    const { rowCount } = await world.owner.query(
      'select 1 from unrouted_delivery where account_uris = $1 and body is not null',
      [accountUris],
    )
    assert.equal(rowCount, 1)
  })
})
