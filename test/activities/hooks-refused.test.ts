import assert from 'node:assert/strict'
import type { JobResult } from '../../domain/owner-state.ts'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'

const ROUTE = 'POST /webhook_subscriptions'
const LIST = 'GET /webhook_subscriptions'

describe('activities: hooks that are refused', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    stage = await setStage(world, { patienceMs: 2_000 })
    await stage.connect()
  })
  afterEach(() => stage.close())

  const pass = (): Promise<JobResult> => stage.activities.reconcileHook(stage.job())
  const hooks = () => stage.visitor.hooks()

  for (const [name, fault, expected] of [
    ['plan', { kind: 'plan-refused' }, { kind: 'refused', refusal: 'plan' }],
    [
      'scope',
      { kind: 'scope-missing', scopes: ['webhooks:write'] },
      { kind: 'refused', refusal: 'scope' },
    ],
    [
      'scope of the events',
      { kind: 'scope-missing', scopes: ['scheduled_events:read', 'scheduled_events:write'] },
      { kind: 'refused', refusal: 'scope' },
    ],
    ['token', { kind: 'status', status: 401, route: LIST }, { kind: 'unauthorized' }],
    ['404', { kind: 'status', status: 404, route: LIST }, { kind: 'again' }],
    ['500', { kind: '500', route: ROUTE }, { kind: 'again' }],
  ] as const)
    it(`says what stands in the way of a hook: ${name}`, async () => {
      await stage.visitor.fault({ ...fault })

      const result = await pass()

      assert.partialDeepStrictEqual(result, expected)
      assert.equal((await hooks()).length, 0)
    })

  it('waits as long as the provider asks when it is called too often', async () => {
    await stage.visitor.fault({ kind: 'request-limit', value: 0 })

    const result = await pass()

    assert.ok(result.kind === 'again' && (result.afterMs ?? 0) > 0 && result.afterMs! <= 60_000)
  })

  it('asks for access where no token is left', async () => {
    await stage.leave()
    await stage.activities.eraseSecrets(stage.job())

    assert.deepEqual(await pass(), { kind: 'unauthorized' })
  })

  it('says that an organization hook needs an admin when the person is none', async () => {
    const member = await setStage(world, { scope: 'organization' })
    await member.connect({ email: 'omar@acme.test' })

    const result = await member.activities.reconcileHook(member.job())

    assert.partialDeepStrictEqual(result, { kind: 'refused', refusal: 'role' })
    await member.close()
  })
})
