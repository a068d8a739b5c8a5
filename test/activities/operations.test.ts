import assert from 'node:assert/strict'
import { newId } from '../../db/ids.ts'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { tokenCalls } from '../support/sandbox-looks.ts'
import { breaking } from '../support/breaking-database.ts'

const TOKEN = 'POST /oauth/token'

describe('activities: operations', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (stage = await setStage(world, { patienceMs: 700 })))
  afterEach(() => stage.close())

  const exchange = (operationId: string, at = stage.activities) =>
    at.exchangeCode({ organizationId: stage.organizationId, operationId })
  const kept = async (): Promise<number> => {
    const { rows } = await world.owner.query(
      `select 1 from credential where organization_id = $1 and role = 'incoming'`,
      [stage.organizationId],
    )
    return rows.length
  }

  it('keeps the grant of a consent once, and says so again without another token call', async () => {
    const operationId = await stage.consent()

    const first = await exchange(operationId)
    const second = await exchange(operationId)

    assert.deepEqual([first, second], ['kept', 'kept'])
    assert.equal(await kept(), 1)
    assert.equal(await tokenCalls(stage.visitor), 1)
  })

  it('does not present a code again after a lost answer: it stays unclear', async () => {
    const operationId = await stage.consent()
    await stage.visitor.fault({ kind: 'drop', route: TOKEN, times: 1 })

    const first = await exchange(operationId)
    const second = await exchange(operationId)

    assert.deepEqual([first, second], ['unclear', 'unclear'])
    assert.equal(await kept(), 0)
    assert.equal(await tokenCalls(stage.visitor), 1)
  })

  it('presents a code once when ten ask at the same time', async () => {
    const operationId = await stage.consent()

    await Promise.all(Array.from({ length: 10 }, () => exchange(operationId)))

    assert.equal(await tokenCalls(stage.visitor), 1)
    assert.equal(await kept(), 1)
  })

  it('says that a code is refused when it is too old', async () => {
    const operationId = await stage.consent()
    await stage.advance(601)

    const exchanged = await exchange(operationId)

    assert.equal(exchanged, 'refused')
    assert.equal(await kept(), 0)
  })

  it('says that the provider is unreachable when nobody answers, or only with a 500', async () => {
    const [one, two] = [await stage.consent(), await stage.consent()]
    await stage.visitor.fault({ kind: '500', route: TOKEN, times: 1 })
    const answered = await exchange(one)
    await stage.visitor.sandbox.close()

    const refused = await exchange(two)

    assert.deepEqual([answered, refused], ['unreachable', 'unreachable'])
  })

  for (const kind of ['broken-body', 'hang'])
    it(`leaves an exchange unclear when the answer is spoilt: ${kind}`, async () => {
      const operationId = await stage.consent()
      await stage.visitor.fault({ kind, route: TOKEN, times: 1, seconds: 3 })

      assert.equal(await exchange(operationId), 'unclear')
    })

  it('keeps a grant although the database fails while it is stored', async () => {
    const operationId = await stage.consent()
    const database = breaking(world.database, { after: 1, times: 2 })

    const exchanged = await exchange(operationId, stage.elsewhere({ database }))

    assert.equal(exchanged, 'kept')
    assert.equal(await kept(), 1)
  })

  it('makes one integration of two consents of one person', async () => {
    await stage.connect()
    const { integrationId } = stage.job()
    await stage.connect()

    assert.equal(stage.job().integrationId, integrationId)
    assert.equal((await stage.facts()).wantedRevision, 2)
  })

  it('nudges the owner of the integration it made, and nobody before there is one', async () => {
    const { organizationId } = stage
    const operationId = await stage.consent()

    await stage.activities.nudgeOwner({ organizationId, operationId })
    await exchange(operationId)
    await stage.activities.nudgeOwner({ organizationId, operationId, hint: 'reconcile' })

    assert.deepEqual(
      stage.nudges.map(({ hint }) => hint),
      ['reconcile'],
    )
  })

  it('gives an operation up in words, and keeps the first ending', async () => {
    const { organizationId, activities } = stage
    const operationId = await stage.consent()

    const open = await activities.readOutcome({ organizationId, operationId })
    const first = await activities.giveUp({ organizationId, operationId, why: 'refused' })
    const second = await activities.giveUp({ organizationId, operationId, why: 'timedOut' })

    assert.equal(open, null)
    assert.equal(first.outcome, 'failed')
    assert.deepEqual(second, first)
    assert.deepEqual(await activities.readOutcome({ organizationId, operationId }), first)
  })

  it('knows no outcome of an operation that is nobody’s here', async () => {
    const { organizationId, activities } = stage

    assert.equal(await activities.readOutcome({ organizationId, operationId: newId() }), null)
  })
})
