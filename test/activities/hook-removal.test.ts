import assert from 'node:assert/strict'
import type { JobResult } from '../../domain/owner-state.ts'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage, type StageOptions } from '../support/connected.ts'
import { credentialsOf, generationsOf, tokensOf } from '../support/sandbox-looks.ts'

const RITA = 'rita@acme.test'
const LENA = 'lena@solo.test'

describe('activities: hook removal', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  afterEach(() => stage.close())

  const remove = (): Promise<JobResult> => stage.activities.removeHooks(stage.job())
  const emails = async (): Promise<string[]> =>
    (await stage.visitor.hooks()).map(({ user_email }) => user_email)

  /** Connects these people one after another; each gets a hook that is seen listed. */
  async function connected(people: readonly string[], options?: StageOptions): Promise<void> {
    stage = await setStage(world, { patienceMs: 2_000, ...options })
    for (const email of people) {
      await stage.connect({ email })
      await stage.activities.reconcileHook(stage.job())
      await stage.activities.reconcileHook(stage.job())
    }
  }

  async function hasNothing(email: string): Promise<void> {
    const { live_access, live_refresh } = await tokensOf(stage.visitor, email)
    assert.deepEqual([email, live_access, live_refresh], [email, 0, 0])
    assert.ok(!(await emails()).includes(email))
  }

  it('removes our hook and nothing foreign', async () => {
    await connected([RITA])
    const tokens = await stage.visitor.connect()
    await stage.visitor.subscribe(tokens, { url: 'https://crm.example/hooks/1' })

    const result = await remove()

    const hooks = await stage.visitor.hooks()
    assert.deepEqual(result, { kind: 'done', found: '1 hooks removed' })
    assert.deepEqual(
      hooks.map(({ callback_url }) => callback_url),
      ['https://crm.example/hooks/1'],
    )
    assert.deepEqual(await generationsOf(world, stage.job()), ['1 deleted'])
  })

  it('counts a hook that is gone already as removed', async () => {
    await connected([RITA])
    const route = 'DELETE /webhook_subscriptions/:uuid'
    await stage.visitor.fault({ kind: 'status', status: 404, route, times: 1 })

    const [gone, again] = [await remove(), await remove()]

    assert.deepEqual([gone.kind, again.kind], ['done', 'done'])
  })

  it('tries again while the provider is down, and forgets nothing', async () => {
    await connected([RITA])
    await stage.visitor.fault({ kind: '500', route: 'GET /webhook_subscriptions', times: 1 })

    const failed = await remove()
    const kept = await credentialsOf(world, stage.job())
    await stage.visitor.sandbox.close()
    const unreachable = await remove()

    assert.deepEqual([failed.kind, unreachable.kind], ['again', 'again'])
    assert.deepEqual(kept, ['1 current'])
  })

  it('says that the access is refused, so that it is renewed first', async () => {
    await connected([RITA])
    await stage.advance(7_300)

    assert.deepEqual(await remove(), { kind: 'unauthorized' })
  })

  it('leaves nothing anywhere: hooks first, then tokens, then our own rows', async () => {
    await connected([LENA, RITA])

    for (const job of ['removeHooks', 'revokeTokens', 'eraseSecrets'] as const)
      assert.equal((await stage.activities[job](stage.job())).kind, 'done')

    assert.deepEqual(await stage.visitor.hooks(), [])
    await hasNothing(LENA)
    await hasNothing(RITA)
    assert.deepEqual(await credentialsOf(world, stage.job()), [])
    assert.deepEqual(await remove(), {
      kind: 'done',
      found: 'no access is left to remove hooks with',
    })
  })
})
