import assert from 'node:assert/strict'
import type { Nudge } from '../../activities/deps.ts'
import { createMover } from '../../worker/mover.ts'
import { aDelivery, openWorld, type World } from '../db/world.ts'
import { API_URL, setStage, type Stage } from '../support/connected.ts'
import { generationsOf } from '../support/sandbox-looks.ts'

const NEW_URL = 'http://localhost:10'

describe('activities: moving to another public URL', () => {
  let world: World
  let stages: Stage[]
  before(async () => {
    world = await openWorld()
    stages = await Promise.all([setStage(world), setStage(world), setStage(world)])
    for (const stage of stages) {
      await stage.connect()
      await passes(stage, stage.activities)
    }
  })
  after(async () => {
    for (const stage of stages) await stage.close()
    await world.close()
  })

  const accepts = async (url: string | undefined, key: string): Promise<string | undefined> => {
    const endpoint = url?.split('/').at(-1) ?? ''
    return (await world.ingress.acceptEvents([aDelivery(endpoint, key)]))[0]?.outcome
  }

  it('moves every integration by itself, and the former endpoints go on accepting', async () => {
    const former = (await Promise.all(stages.map(callbacks))).flat()
    const nudges: Nudge[] = []
    const move = createMover({
      database: world.database,
      apiUrl: NEW_URL,
      log: { info: () => {}, warn: () => {} },
      starter: {
        startEvent: () => assert.fail(),
        runBurst: () => assert.fail(),
        startOperation: () => assert.fail(),
        nudgeOwner: async (nudge) => {
          nudges.push(nudge)
          const stage = stages.find((one) => one.organizationId === nudge.organizationId)
          if (stage !== undefined) await passes(stage, stage.elsewhere({ apiUrl: NEW_URL }))
        },
      },
    })

    await move(0)
    await move(1)

    const present = (await Promise.all(stages.map(callbacks))).flat()
    assert.equal(nudges.length, stages.length)
    assert.ok(former.every((url) => url.startsWith(`${API_URL}/`)))
    assert.deepEqual([former.length, present.length], [3, 3])
    assert.ok(present.every((url) => url.startsWith(`${NEW_URL}/`)))
    for (const [n, url] of former.entries()) {
      assert.equal(await accepts(url, `late ${n}`), 'stored')
      assert.equal(await accepts(present[n], `new ${n}`), 'stored')
    }
  })

  it('lets both endpoints stand until the new one is listed, and never two after that', async () => {
    const [stage] = stages
    if (stage === undefined) throw new Error('there is no stage')
    const { reconcileHook } = stage.elsewhere({ apiUrl: 'http://localhost:11' })
    const standing: number[] = []

    for (let pass = 0; pass < 3; pass += 1) {
      await reconcileHook(stage.job())
      standing.push((await callbacks(stage)).length)
    }

    assert.deepEqual(standing, [2, 1, 1])
    assert.deepEqual(await generationsOf(world, stage.job()), ['3 live', '2 deleted', '1 deleted'])
  })

  it('refuses at the former endpoint once 48 hours have passed', async () => {
    const { rows } = await world.owner.query<{ callback_url: string }>(
      `update subscription set retired_at = now() - interval '48 hours 1 minute',
        deleted_at = now() - interval '48 hours 1 minute'
       where state = 'deleted' returning callback_url`,
    )

    const outcomes = await Promise.all(rows.map((row, n) => accepts(row.callback_url, `old ${n}`)))

    assert.ok(outcomes.length > 0)
    assert.ok(outcomes.every((outcome) => outcome === 'retired'))
  })
})

/** Reconciles as the owner does, until the provider shows what is wanted. */
async function passes(stage: Stage, { reconcileHook, writeReport }: Stage['activities']) {
  for (let pass = 0; pass < 3; pass += 1) {
    const seen = await reconcileHook(stage.job())
    if (seen.kind !== 'hook') throw new Error(`no hook was seen: ${seen.kind}`)
    if (!seen.settled) continue
    const { remoteUri: webhookUri, callbackUrl } = seen
    const projection = {
      status: 'live',
      reason: null,
      nextStep: null,
      webhookActive: true,
      webhookUri,
      callbackUrl,
      checkedAt: stage.job().now,
      doubts: [],
    } as const
    const report = { projection, observedRevision: null, outcome: null }
    return writeReport({ ...stage.job(), report })
  }
  throw new Error('three passes were not enough')
}

const callbacks = async ({ visitor }: Stage): Promise<string[]> =>
  (await visitor.hooks()).map(({ callback_url }) => callback_url)
