import assert from 'node:assert/strict'
import type { JobResult } from '../../domain/owner-state.ts'
import { openWorld, type World } from '../db/world.ts'
import { API_URL, setStage, type Stage } from '../support/connected.ts'
import { generationsOf } from '../support/sandbox-looks.ts'

const ROUTE = 'POST /webhook_subscriptions'

const isSettled = (result: JobResult): boolean => result.kind === 'hook' && result.settled

describe('activities: hooks', () => {
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
  const rows = () => generationsOf(world, stage.job())

  it('makes one hook, and is settled only when the provider lists it', async () => {
    const [made, seen] = [await pass(), await pass()]

    const [hook, ...others] = await hooks()
    assert.deepEqual([isSettled(made), isSettled(seen)], [false, true])
    assert.deepEqual([others, hook.state, hook.scope], [[], 'active', 'user'])
    assert.ok(seen.kind === 'hook' && seen.remoteUri === hook.uri)
    assert.ok(hook.callback_url.startsWith(`${API_URL}/webhooks/calendly/`))
    assert.deepEqual(hook.events.toSorted(), [
      'invitee.canceled',
      'invitee.created',
      'invitee_no_show.created',
      'invitee_no_show.deleted',
    ])
    assert.deepEqual(await rows(), ['1 live'])
  })

  it('makes no second hook when the answer to its creation is lost', async () => {
    await stage.visitor.fault({ kind: 'drop', route: ROUTE, times: 1 })

    const [lost, seen] = [await pass(), await pass()]

    assert.deepEqual([lost.kind, isSettled(seen)], ['again', true])
    assert.equal((await hooks()).length, 1)
    assert.deepEqual(await rows(), ['1 live'])
  })

  it('uses the same endpoint again when the creation never arrived', async () => {
    await stage.visitor.fault({ kind: '500', route: ROUTE, times: 1 })

    const [failed, made, seen] = [await pass(), await pass(), await pass()]

    assert.deepEqual([failed.kind, isSettled(made), isSettled(seen)], ['again', false, true])
    assert.deepEqual(await rows(), ['1 live'])
  })

  it('takes a new address when its own is taken where the list does not show it', async () => {
    await stage.visitor.fault({ kind: '500', route: ROUTE, times: 1 })
    await pass()
    const { rows: found } = await world.owner.query(
      'select callback_url from subscription where integration_id = $1',
      [stage.job().integrationId],
    )
    const omar = await stage.visitor.connect('lena@solo.test')
    await stage.visitor.subscribe(omar, { url: found[0].callback_url })

    const [taken, made, seen] = [await pass(), await pass(), await pass()]

    assert.deepEqual([taken, made, seen].map(isSettled), [false, false, true])
    assert.deepEqual(await rows(), ['2 live', '1 retired'])
    assert.equal((await hooks()).length, 2)
  })

  it('replaces a disabled hook and deletes it once the new one is listed', async () => {
    await pass()
    await pass()
    const [old] = await hooks()
    await stage.visitor.send('POST', `/control/calendly/hooks/${old.uuid}/disable`, { json: {} })

    const results = [await pass(), await pass(), await pass()]

    const [hook, ...others] = await hooks()
    assert.deepEqual(results.map(isSettled), [false, true, true])
    assert.deepEqual([others, hook.state], [[], 'active'])
    assert.notEqual(hook.uri, old.uri)
    assert.deepEqual(await rows(), ['2 live', '1 deleted'])
  })

  it('makes a new hook when ours was deleted behind our back', async () => {
    await pass()
    await pass()
    const [old] = await hooks()
    const token = (await stage.visitor.connect()).access_token
    await stage.visitor.send('DELETE', old.uri, { token })

    const results = [await pass(), await pass()]

    assert.deepEqual(results.map(isSettled), [false, true])
    assert.deepEqual(await rows(), ['2 live', '1 retired'])
  })

  it('moves to a new public URL blue/green and leaves nothing under the old one', async () => {
    await pass()
    await pass()
    const moved = stage.elsewhere({ apiUrl: 'http://localhost:99' })

    const made = await moved.reconcileHook(stage.job())
    const both = (await hooks()).length
    const seen = await moved.reconcileHook(stage.job())

    const [hook, ...others] = await hooks()
    assert.deepEqual([isSettled(made), both, isSettled(seen), others], [false, 2, true, []])
    assert.ok(hook.callback_url.startsWith('http://localhost:99/'))
  })

  it('finds its hook behind a hundred others, and touches none of them', async () => {
    const tokens = await stage.visitor.connect()
    for (let n = 0; n < 105; n += 1)
      await stage.visitor.subscribe(tokens, { url: `https://crm.example/hooks/${n}` })

    const [made, seen, again] = [await pass(), await pass(), await pass()]

    assert.deepEqual([made, seen, again].map(isSettled), [false, true, true])
    assert.equal((await hooks()).length, 106)
    assert.deepEqual(await rows(), ['1 live'])
  })

  it('tells that the provider is retrying deliveries to us', async () => {
    await pass()
    await pass()
    await stage.visitor.book()
    await stage.visitor.eventually(
      () => stage.visitor.ledger(),
      ({ deliveries }) => deliveries.length > 0,
    )

    const result = await pass()

    assert.ok(result.kind === 'hook' && result.settled && result.evidence?.retryStartedAt != null)
  })
})
