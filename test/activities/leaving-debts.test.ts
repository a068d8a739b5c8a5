import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { tokensOf } from '../support/sandbox-looks.ts'

const RITA = 'rita@acme.test'
const OMAR = 'omar@acme.test'

describe('activities: debts of an account left for another', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    stage = await setStage(world, { patienceMs: 2_000 })
    for (const email of [RITA, OMAR]) {
      await stage.connect({ email })
      await stage.activities.reconcileHook(stage.job())
      await stage.activities.reconcileHook(stage.job())
    }
  })
  afterEach(() => stage.close())

  const leave = async () => (await stage.activities.leaveAccount(stage.job())).kind
  const debts = async (): Promise<string[]> => {
    const { rows } = await world.owner.query(
      `select kind, attempts, coalesce(resolution, 'open') as resolution from cleanup_debt
        where organization_id = $1 order by id`,
      [stage.organizationId],
    )
    return rows.map(({ kind, attempts, resolution }) => `${kind} ${attempts} ${resolution}`)
  }

  it('are noted for the hook, counted, and paid with the account’s own token', async () => {
    const route = 'DELETE /webhook_subscriptions/:uuid'
    await stage.visitor.fault({ kind: '500', route, times: 2 })

    const kinds = [await leave(), await leave()]
    const owed = await debts()
    const paid = await leave()

    assert.deepEqual([...kinds, paid], ['again', 'again', 'done'])
    assert.deepEqual(owed, ['hook 2 open'])
    assert.deepEqual(await debts(), ['hook 2 paid'])
  })

  it('are noted for the tokens when only giving them back fails', async () => {
    await stage.visitor.fault({ kind: '500', route: 'POST /oauth/revoke', times: 1 })

    const failed = await leave()
    const owed = await debts()
    const done = await leave()

    const { live_access, live_refresh } = await tokensOf(stage.visitor, RITA)
    assert.deepEqual([failed, done], ['again', 'done'])
    assert.deepEqual(owed, ['token 1 open'])
    assert.deepEqual(await debts(), ['token 1 paid'])
    assert.deepEqual([live_access, live_refresh], [0, 0])
  })

  it('are given up after 72 hours, with the sealed grant, and the new account stays', async () => {
    const route = 'DELETE /webhook_subscriptions/:uuid'
    await stage.visitor.fault({ kind: '500', route })
    await leave()
    const at = async (hours: number) => {
      const job = stage.job()
      const now = job.now + hours * 60 * 60_000
      return (await stage.activities.leaveAccount({ ...job, now })).kind
    }

    const early = await at(71.9)
    const kept = (await stage.facts()).outgoing
    const late = await at(72)

    const { outgoing, token } = await stage.facts()
    assert.deepEqual([early, kept, late], ['again', true, 'done'])
    assert.deepEqual([outgoing, token?.dead], [false, null])
    assert.deepEqual(await debts(), ['hook 2 destroyed'])
  })

  it('are taken over when the former account comes back', async () => {
    await stage.visitor.fault({ kind: '500', route: 'POST /oauth/revoke', times: 1 })
    await leave()

    await stage.connect({ email: RITA })
    await leave()
    await leave()

    const { live_refresh } = await tokensOf(stage.visitor, RITA)
    assert.deepEqual(await debts(), ['token 1 takenOver'])
    assert.ok(live_refresh > 0)
  })
})
