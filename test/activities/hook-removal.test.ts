import assert from 'node:assert/strict'
import type { JobResult } from '../../domain/owner-state.ts'
import { openWorld, type World } from '../db/world.ts'
import type { Stage, StageOptions } from '../support/connected.ts'
import { assertNothingLeft, connectPeople } from '../support/connected-people.ts'
import { credentialsOf, generationsOf } from '../support/sandbox-looks.ts'

const RITA = 'rita@acme.test'
const LENA = 'lena@solo.test'

describe('activities: hook removal', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  afterEach(() => stage.close())

  const remove = (): Promise<JobResult> => stage.activities.removeHooks(stage.job())
  const hasNothing = (email: string): Promise<void> => assertNothingLeft(stage, email)
  const connected = async (people: readonly string[], options?: StageOptions): Promise<void> =>
    void (stage = await connectPeople(world, people, options))

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
    await stage.leave()

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
