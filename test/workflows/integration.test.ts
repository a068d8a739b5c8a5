import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import type { JobName, OwnerExplanation } from '../../domain/owner-state.ts'
import { integrationStart, wantedChanged } from '../../workflows/contract.ts'
import { keepHistory } from '../support/histories.ts'
import type { OwnerWorld } from '../support/owner-world.ts'
import { LISTED, MADE, ownerWorld } from '../support/owner-world.ts'
import { timeSkippingEnv, workflowBundle } from '../support/temporal.ts'

const HOUR = 60 * 60_000

describe('integration', function integrationSuite() {
  this.timeout(120_000)
  let env: TestWorkflowEnvironment

  before(async () => {
    env = await timeSkippingEnv()
  })
  after(() => env.teardown())

  /** Runs one owner over a world; time stands still unless the play skips it. */
  async function owned(
    world: OwnerWorld,
    play: (owner: Owner) => Promise<void>,
    history?: string,
  ): Promise<void> {
    const taskQueue = randomUUID()
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: world.activities,
    })
    await worker.runUntil(async () => {
      const input = { organizationId: randomUUID(), integrationId: randomUUID() }
      const start = integrationStart(input, 'calendly')
      const handle = await env.client.workflow.start('integration', { ...start, taskQueue })
      const owner: Owner = {
        say: () => handle.signal(wantedChanged),
        explain: () => handle.query<OwnerExplanation>('explain'),
        end: async () => void (await handle.result()),
        pass: (ms) => env.sleep(ms),
        runs: async () => (await handle.describe()).runId !== handle.firstExecutionRunId,
        events: async () => (await handle.describe()).historyLength,
      }
      await play(owner)
      world.facts = { ...world.facts, wanted: 'disconnected', wantedRevision: 10_000 }
      await owner.say()
      await owner.end()
      if (history !== undefined)
        await keepHistory(history, env.client.workflow.getHandle(handle.workflowId))
    })
  }

  it('takes over the grant, makes the hook, sees it listed, and only then says live', async () => {
    const world = ownerWorld()
    world.next.reconcileHook = [MADE]

    await owned(world, async ({ pass }) => pass('1 minute'), 'integration-made')

    assert.deepEqual(names(world).slice(0, 4), [
      'adoptCredential',
      'reconcileHook',
      'reconcileHook',
      'syncPage',
    ])
    const settled = world.reports.find(({ observedRevision }) => observedRevision === 1)
    assert.equal(settled?.outcome, 'live')
    assert.equal(settled.projection.webhookActive, true)
  })

  it('looks at a healthy hook about hourly and keeps every history short', async () => {
    const world = ownerWorld()

    await owned(world, async ({ pass, runs, events }) => {
      await pass('5 days')
      assert.equal(await runs(), true, 'it continued as new')
      assert.ok((await events()) < 600)
    })

    const looks = names(world).filter((name) => name === 'reconcileHook').length
    assert.ok(looks >= 5 * 22 && looks <= 5 * 28, `${looks} looks in five days`)
  })

  it('never calls the provider with a token past the half of its life', async () => {
    const world = ownerWorld()

    await owned(world, async ({ pass }) => pass('3 days'))

    const calls = world.done.filter(({ name }) => name === 'reconcileHook' || name === 'syncPage')
    const oldest = Math.max(...calls.map(({ tokenAge }) => tokenAge))
    assert.ok(names(world).filter((name) => name === 'refreshToken').length > 20)
    assert.ok(oldest < HOUR, `a call was made with a token ${oldest / 60_000} minutes old`)
  })

  it('loses no wish, however often it continues as new', async () => {
    const world = ownerWorld()

    await owned(world, async ({ pass, say }) => {
      for (let wish = 2; wish <= 61; wish += 1) {
        const wanted = wish % 2 === 0 ? 'paused' : 'connected'
        world.facts = { ...world.facts, wanted, wantedRevision: wish }
        if (wish % 3 !== 0) await say()
        await pass(wish % 5 === 0 ? '25 hours' : '1 second')
      }
      await pass('2 hours')
      assert.equal(world.facts.observedRevision, 61)
    })
  })

  it('says why the plan refuses webhooks, polls, and mends itself when the plan allows them', async () => {
    const world = ownerWorld()
    world.next.reconcileHook = [{ kind: 'refused', refusal: 'plan', found: 'upgrade' }]

    await owned(world, async ({ pass }) => {
      await pass('1 minute')
      assert.equal(world.reports.at(-1)?.projection.status, 'polling')
      await pass('1 hour')
    })

    assert.equal(
      world.reports.some(({ projection }) => projection.status === 'live'),
      true,
    )
  })

  it('takes a worker that dies in a call for a blip, and says so meanwhile', async () => {
    const world = ownerWorld()
    world.next.reconcileHook = [new Error('killed'), new Error('killed')]

    await owned(
      world,
      async ({ pass, explain }) => {
        await pass('1 minute')
        assert.match((await explain()).summary, /live/)
      },
      'integration-blip',
    )

    assert.equal(world.reports.at(0)?.projection.status, 'connecting')
  })

  it('asks for consent when the refresh token is dead, and is quiet until there is a new one', async () => {
    const world = ownerWorld()

    await owned(
      world,
      async ({ pass, say, explain }) => {
        await pass('1 minute')
        world.next.refreshToken = [{ kind: 'grantDead', found: 'The access was revoked.' }]
        await pass('3 hours')
        const told = await explain()
        assert.match(
          told.summary,
          /^The access was revoked; reconnect the account\. .*waiting to be reconnected/,
        )
        const calls = world.done.length
        await pass('1 day')
        assert.equal(world.done.length, calls)
        world.facts = { ...world.facts, incoming: true, wantedRevision: 2 }
        await say()
        await pass('1 minute')
        assert.equal(world.reports.at(-1)?.projection.status, 'live')
      },
      'integration-consented-again',
    )
  })

  it('does what is asked of the hooks as soon as it is woken', async () => {
    const world = ownerWorld()

    await owned(
      world,
      async ({ pass, say }) => {
        await pass('1 minute')
        const looks = names(world).filter((name) => name === 'reconcileHook').length
        world.facts = { ...world.facts, hookTasks: 1 }
        await say()
        await pass('1 second')
        assert.deepEqual(names(world).slice(-1), ['tendHooks'])
        assert.equal(names(world).filter((name) => name === 'reconcileHook').length, looks)
      },
      'integration-hooks-tended',
    )
  })

  it('has a hook made anew that is signed with another key, and is live with its first delivery', async () => {
    const world = ownerWorld()
    const well = { at: 1, retryStartedAt: null, deliveredAt: null, failures: 0, isStaleOnly: false }
    const anew = { ...LISTED, callbackUrl: 'https://hooks.test/webhooks/calendly/anew' }
    world.next.reconcileHook = [
      LISTED,
      { ...LISTED, evidence: { ...well, retryStartedAt: 1, failures: 3 } },
      anew,
      { ...anew, evidence: { ...well, deliveredAt: Number.MAX_SAFE_INTEGER } },
    ]

    await owned(
      world,
      async ({ pass }) => {
        await pass('2 hours')
        assert.equal(world.reports.at(-1)?.projection.status, 'live')
      },
      'integration-incident',
    )

    const told = world.reports.map(({ projection }) => projection.status)
    const once = told.filter((status, at) => status !== told[at - 1])
    assert.deepEqual(once.slice(0, 5), [
      'connecting',
      'live',
      'polling',
      'waitingForFirstDelivery',
      'live',
    ])
    assert.deepEqual(world.distrusted.slice(0, 4), [null, null, LISTED.callbackUrl, null])
  })

  it('cleans up in order and ends', async () => {
    const world = ownerWorld()

    await owned(world, async ({ pass }) => pass('1 minute'), 'integration-disconnected')

    assert.deepEqual(names(world).slice(-3), ['removeHooks', 'revokeTokens', 'eraseSecrets'])
    assert.equal(world.reports.at(-1)?.outcome, 'disconnected')
  })

  it('tells the person at once of a debt at the provider, and pays it later', async () => {
    const world = ownerWorld()
    world.next.removeHooks = Array.from({ length: 8 }, () => ({
      kind: 'again',
      found: 'Calendly could not be reached.',
    }))

    await owned(world, async ({ pass }) => pass('1 minute'))

    const told = world.reports.find(({ outcome }) => outcome === 'disconnected')
    assert.equal(told?.projection.reason, 'Calendly could not be reached.')
    assert.equal(names(world).filter((name) => name === 'removeHooks').length, 9)
  })
})

const names = (world: OwnerWorld): JobName[] => world.done.map(({ name }) => name)

interface Owner {
  say(): Promise<void>
  explain(): Promise<OwnerExplanation>
  end(): Promise<void>
  pass(
    duration:
      | '1 second'
      | '1 minute'
      | '1 hour'
      | '2 hours'
      | '3 hours'
      | '25 hours'
      | '1 day'
      | '3 days'
      | '5 days',
  ): Promise<void>
  runs(): Promise<boolean>
  events(): Promise<number>
}
