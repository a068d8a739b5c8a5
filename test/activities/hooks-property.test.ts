import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createGeneration } from '../../db/subscriptions.ts'
import { openWorld, type World } from '../db/world.ts'
import type { Tokens } from '../sandbox/visitor.ts'
import { API_URL, setStage, type Stage } from '../support/connected.ts'

const EVENTS = [
  'invitee.created',
  'invitee.canceled',
  'invitee_no_show.created',
  'invitee_no_show.deleted',
]

/** One generation of ours as our row knows it, and as it stands at the provider, if it does. */
const generation = fc.record({
  state: fc.constantFrom('creating', 'live', 'retired', 'deleted'),
  baseUrl: fc.constantFrom(API_URL, API_URL, 'http://localhost:99'),
  listed: fc.constantFrom('no', 'active', 'active', 'disabled'),
  events: fc.constantFrom(EVENTS, EVENTS, EVENTS.slice(0, 2), EVENTS.toReversed()),
  scope: fc.constantFrom('user', 'user', 'organization'),
  account: fc.constantFrom('own', 'own', 'own', 'former'),
})
type Generation = typeof generation extends fc.Arbitrary<infer Shape> ? Shape : never

const FOREIGN = [
  'https://crm.example/hooks/1',
  'https://crm.example/webhooks/calendly/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  `${API_URL}/webhooks/calendly/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB`,
]

describe('activities: hooks, from any state', () => {
  let world: World
  let stage: Stage
  let rita: Tokens
  before(async () => {
    world = await openWorld()
    stage = await setStage(world, { sandbox: { calendly: { requestLimit: 'off' } } })
    await stage.connect()
    rita = await stage.visitor.connect()
  })
  after(async () => {
    await stage.close()
    await world.close()
  })

  const hooks = () => stage.visitor.hooks()

  async function clear(): Promise<void> {
    const { access_token: token } = rita
    for (const { uri } of await hooks()) await stage.visitor.send('DELETE', uri, { token })
    await world.owner.query('delete from subscription where organization_id = $1', [
      stage.organizationId,
    ])
  }

  async function place({ state, baseUrl, listed, events, scope, account }: Generation) {
    const { integrationId, now } = stage.job()
    const userUri = account === 'own' ? rita.owner : `${rita.owner}-former`
    const uris = { userUri, organizationUri: rita.organization }
    const made = await world.database.withTenant(stage.organizationId, (tx) =>
      createGeneration(tx, { integrationId, baseUrl, account: uris, scope: 'user', now }),
    )
    await world.owner.query('update subscription set state = $1 where endpoint = $2', [
      state,
      made.endpoint,
    ])
    if (listed === 'no') return
    const { body } = await stage.visitor.subscribe(rita, { url: made.callbackUrl, events, scope })
    const uuid = body.resource.uri.split('/').at(-1)
    if (listed === 'disabled')
      await stage.visitor.send('POST', `/control/calendly/hooks/${uuid}/disable`, { json: {} })
  }

  async function ours() {
    const { rows } = await world.owner.query<{ callback_url: string; state: string }>(
      'select callback_url, state from subscription where organization_id = $1',
      [stage.organizationId],
    )
    const standing = await hooks()
    return rows.flatMap((row) =>
      standing
        .filter(({ callback_url }) => callback_url === row.callback_url)
        .map((hook) => ({ hook, row })),
    )
  }

  it('reaches exactly one live hook in three passes, and touches no foreign one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(generation, { maxLength: 4 }),
        fc.subarray(FOREIGN),
        async (generations, foreign) => {
          await clear()
          for (const url of foreign) await stage.visitor.subscribe(rita, { url })
          const strangers = await hooks()
          for (const one of generations) await place(one)

          for (let passes = 0; passes < 2; passes += 1)
            await stage.activities.reconcileHook(stage.job())
          const before = await hooks()
          const third = await stage.activities.reconcileHook(stage.job())

          const [only, ...others] = await ours()
          assert.deepEqual(others, [])
          assert.partialDeepStrictEqual(only?.hook, { state: 'active', scope: 'user' })
          assert.deepEqual(only?.hook.events.toSorted(), EVENTS.toSorted())
          assert.ok(only?.hook.callback_url.startsWith(`${API_URL}/`))
          assert.equal(only?.row.state, 'live')
          assert.ok(third.kind === 'hook' && third.settled)
          assert.equal(third.remoteUri, only?.hook.uri)
          assert.deepEqual(await hooks(), before)
          const left = (await hooks()).filter(({ callback_url }) => foreign.includes(callback_url))
          assert.deepEqual(left, strangers)
        },
      ),
      { numRuns: 60 },
    )
  })
})
