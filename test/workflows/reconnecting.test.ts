import assert from 'node:assert/strict'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { openTokens } from '../../db/credentials.ts'
import { openWorld, type World } from '../db/world.ts'
import { type OwnedStage, type Setting, withOwner } from '../support/owned-stage.ts'
import { generationsOf, tokensOf } from '../support/sandbox-looks.ts'
import { timeSkippingEnv } from '../support/temporal.ts'

const RITA = 'rita@acme.test'
const OMAR = 'omar@acme.test'

describe('reconnecting', function reconnectingSuite() {
  this.timeout(60_000)
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

  const play = (
    work: (stage: OwnedStage) => Promise<void>,
    watch?: Setting['watch'],
  ): Promise<void> => withOwner({ env, world, ...(watch && { watch }) }, work)

  it('renews the same account by its refresh token, without consent, and keeps its one hook', async () => {
    await play(async (stage) => {
      await stage.connected()
      const before = await stage.shown()
      const old = await world.database.withTenant(stage.organizationId, (tx) =>
        openTokens(tx, { integrationId: before.id, role: 'current' }),
      )

      const report = await stage.wished('reconnect')

      const after = await stage.shown()
      assert.deepEqual([report.outcome, after.id], ['live', before.id])
      assert.ok((after.token_generation ?? 0) > (before.token_generation ?? 0))
      assert.equal(after.webhook_subscription_uri, before.webhook_subscription_uri)
      assert.deepEqual(await hookOwners(stage), [RITA])
      const refused = await stage.visitor.refresh(old?.refreshToken ?? '')
      assert.equal(refused.body.error, 'invalid_grant')
    })
  })

  it('asks consent where the grant is lost, and goes on with the same integration and one hook', async () => {
    await play(async (stage) => {
      await stage.connected()
      const { id } = await stage.shown()
      await stage.visitor.fault({ kind: 'app-revoked', user: RITA, times: 1 })

      const refused = await stage.wished('reconnect')
      const consented = await stage.connected()

      assert.deepEqual([refused.outcome, consented.outcome], ['needsConsent', 'live'])
      assert.equal((await stage.shown()).id, id)
      assert.deepEqual(await hookOwners(stage), [RITA])
    })
  })

  it('takes the old account’s hook away with its own token before the other account syncs', async () => {
    const seen: string[] = []
    await play(
      async (stage) => {
        await stage.visitor.book({ email: 'pat@prospect.test', name: 'Pat' })
        await stage.connected()
        await stage.pass('1 minute')
        const before = await stage.shown()
        seen.length = 0

        const report = await stage.connected({ email: OMAR })
        await stage.pass('1 minute')

        const after = await stage.shown()
        assert.deepEqual([report.outcome, after.id], ['live', before.id])
        assert.equal(after.provider_account_email, OMAR)
        assert.deepEqual([...new Set(seen)], [`sync with hooks of ${OMAR}`])
        assert.deepEqual(await alive(stage), [0, 0])
        assert.deepEqual(await sources(stage), [before.provider_user_uri])
      },
      ({ syncPage }, { visitor }) => ({
        syncPage: async (input) => {
          seen.push(`sync with hooks of ${(await hookOwners({ visitor })).join(' and ')}`)
          return syncPage(input)
        },
      }),
    )
  })

  it('ends in one hook and one grant when two people press at once', async () => {
    await play(async (stage) => {
      await stage.connected()

      const reports = await Promise.all([stage.wished('reconnect'), stage.wished('reconnect')])

      const outcomes = reports.map(({ outcome }) => outcome)
      assert.ok(outcomes.includes('live'))
      assert.ok(outcomes.every((outcome) => outcome === 'live' || outcome === 'superseded'))
      assert.deepEqual(await hookOwners(stage), [RITA])
      assert.equal((await alive(stage))[1], 1)
    })
  })

  it('ends in one integration and one hook when two windows consent at once', async () => {
    await play(async (stage) => {
      const reports = await Promise.all([stage.connected(), stage.connected()])

      assert.ok(reports.some(({ outcome }) => outcome === 'live'))
      const { rows } = await world.owner.query(
        'select id from integration where organization_id = $1',
        [stage.organizationId],
      )
      assert.equal(rows.length, 1)
      assert.deepEqual(await hookOwners(stage), [RITA])
      await stage.wished('disconnect')
      await stage.ownerEnded()
      assert.deepEqual(await alive(stage), [0, 0])
    })
  })

  it('comes back after a disconnect with the same integration, a new hook and a higher generation', async () => {
    await play(async (stage) => {
      await stage.connected()
      await stage.wished('reconnect')
      const before = await stage.shown()
      const gone = await stage.wished('disconnect')
      await stage.ownerEnded()
      const nothing = [await hookOwners(stage), await alive(stage)]

      const back = await stage.connected()

      const after = await stage.shown()
      assert.deepEqual([gone.outcome, nothing], ['disconnected', [[], [0, 0]]])
      assert.deepEqual([back.outcome, after.id], ['live', before.id])
      assert.ok((after.token_generation ?? 0) > (before.token_generation ?? 0))
      assert.deepEqual(await hookOwners(stage), [RITA])
      assert.deepEqual(await generationsOf(world, stage.job()), ['2 live', '1 deleted'])
    })
  })

  async function sources({ organizationId }: OwnedStage): Promise<unknown[]> {
    const { rows } = await world.owner.query(
      'select source_account_uri from meeting where organization_id = $1',
      [organizationId],
    )
    return rows.map((row) => row.source_account_uri)
  }
})

const hookOwners = async ({ visitor }: Pick<OwnedStage, 'visitor'>): Promise<string[]> =>
  (await visitor.hooks()).map(({ user_email }) => user_email)
const alive = async ({ visitor }: OwnedStage, email = RITA): Promise<[number, number]> => {
  const { live_access, live_refresh } = await tokensOf(visitor, email)
  return [live_access, live_refresh]
}
