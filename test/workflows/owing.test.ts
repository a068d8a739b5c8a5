import assert from 'node:assert/strict'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { forget } from '../../api/forget.ts'
import type { ApiDeps } from '../../api/deps.ts'
import type { Identity } from '../../api/auth.ts'
import { openWorld, type World } from '../db/world.ts'
import { type OwnedStage, withOwner } from '../support/owned-stage.ts'
import { credentialsOf, tokensOf } from '../support/sandbox-looks.ts'
import { timeSkippingEnv } from '../support/temporal.ts'

const RITA = 'rita@acme.test'
const OMAR = 'omar@acme.test'
const HOOKS = 'GET /webhook_subscriptions'
/** Asks for six hours of rest, so that three days are a dozen calls. */
const BUSY = { kind: '429', seconds: 6 * 60 * 60 }

describe('owing', function owingSuite() {
  this.timeout(120_000)
  let env: TestWorkflowEnvironment
  let world: World
  before(async () => {
    env = await timeSkippingEnv()
    world = await openWorld()
  })
  after(async () => {
    await env.teardown()
    await world.close()
  })

  /** Connected as Rita, then disconnected while the provider does not list hooks. */
  const play = (
    work: (stage: OwnedStage) => Promise<void>,
    fault: object = { kind: '500' },
  ): Promise<void> =>
    withOwner({ env, world }, async (stage) => {
      // Only the workflow's clock leaps: by the sandbox's, three days of refreshes are one minute.
      await stage.visitor.fault({ kind: 'access-token-seconds', value: 10 * 24 * 60 * 60 })
      await stage.connected()
      await stage.visitor.fault({ ...fault, route: HOOKS })
      const { outcome } = await stage.wished('disconnect')
      assert.equal(outcome, 'disconnected')
      await work(stage)
    })
  const debts = async ({ organizationId }: OwnedStage): Promise<string[]> => {
    const { rows } = await world.owner.query(
      `select kind, coalesce(resolution, 'open') as resolution from cleanup_debt
        where organization_id = $1 order by id`,
      [organizationId],
    )
    return rows.map(({ kind, resolution }) => `${kind} ${resolution}`)
  }

  it('tells the person at once, keeps the debt, and pays it when the provider is back', async () => {
    await play(async (stage) => {
      const { status, reason, next_step } = await stage.shown()
      const owed = await debts(stage)
      const standing = await hookOwners(stage)
      await heal(stage)
      await stage.ownerEnded()

      assert.deepEqual([status, owed, standing], ['disconnected', ['hook open'], [RITA]])
      assert.match(reason ?? '', /provider is not able to answer/)
      assert.match(next_step ?? '', /72 hours/)
      assert.deepEqual(await debts(stage), ['hook paid'])
      assert.deepEqual([await hookOwners(stage), await alive(stage)], [[], [0, 0]])
      assert.equal((await stage.shown()).reason, null)
    })
  })

  it('ends at once when the person chooses to forget', async () => {
    await play(async (stage) => {
      const { organizationId, userId } = stage
      const caller = { organizationId, userId, role: 'admin', seesAll: true } as Identity
      const gateway = { nudge: stage.deps.nudgeOwner }
      const deps = { database: world.database, gateway } as unknown as ApiDeps

      const left = await forget(deps, caller, stage.job().integrationId)
      await stage.ownerEnded()

      assert.equal(left[0]?.kind, 'hook')
      assert.match(left[0]?.remote_uri ?? '', /webhook_subscriptions/)
      assert.deepEqual(await debts(stage), ['hook forgotten'])
      assert.match((await stage.shown()).reason ?? '', /may still stand/)
    })
  })

  it('lets a reconnect of the same account take the debt over: one hook, one grant', async () => {
    await play(async (stage) => {
      await heal(stage)
      const report = await stage.connected()

      assert.equal(report.outcome, 'live')
      assert.deepEqual(await debts(stage), ['hook takenOver'])
      assert.deepEqual(await hookOwners(stage), [RITA])
      assert.equal((await stage.shown()).status, 'live')
    })
  })

  it('still pays with the outgoing grant when another account is connected', async () => {
    await play(async (stage) => {
      await heal(stage)
      const report = await stage.connected({ email: OMAR })

      assert.equal(report.outcome, 'live')
      assert.deepEqual(await debts(stage), ['hook paid'])
      assert.deepEqual(await hookOwners(stage), [OMAR])
      assert.deepEqual(await alive(stage), [0, 0])
    })
  })

  it('destroys the sealed grant after 72 hours and says that something may stand there', async () => {
    await play(async (stage) => {
      await stage.pass('71 hours')
      const kept = await credentialsOf(world, stage.job())
      await stage.pass('90 minutes')
      await stage.ownerEnded()

      const { status, reason, next_step } = await stage.shown()
      assert.equal(kept.length, 1)
      assert.deepEqual(await credentialsOf(world, stage.job()), [])
      assert.deepEqual(await debts(stage), ['hook destroyed'])
      assert.equal(status, 'disconnected')
      assert.match(reason ?? '', /may still stand at the provider/)
      assert.match(next_step ?? '', /Remove our access/)
    }, BUSY)
  })

  it('goes on with the 72 hours of the first failure when its owner was lost', async () => {
    await play(async (stage) => {
      await stage.pass('70 hours')
      await stage.ownerLost()
      await stage.deps.nudgeOwner({ ...stage.job(), provider: 'calendly' })
      await stage.pass('150 minutes')
      await stage.ownerEnded()

      assert.deepEqual(await debts(stage), ['hook destroyed'])
      assert.deepEqual(await credentialsOf(world, stage.job()), [])
    }, BUSY)
  })
})

const heal = ({ visitor }: OwnedStage) => visitor.send('DELETE', '/control/faults')
const hookOwners = async ({ visitor }: OwnedStage): Promise<string[]> =>
  (await visitor.hooks()).map(({ user_email }) => user_email)
const alive = async ({ visitor }: OwnedStage, email = RITA): Promise<[number, number]> => {
  const { live_access, live_refresh } = await tokensOf(visitor, email)
  return [live_access, live_refresh]
}
