import assert from 'node:assert/strict'
import { askOfHooks, type HookTaskEnd, readHookTaskEnd } from '../../db/hook-tasks.ts'
import type { HookTaskKind } from '../../domain/hook-survey.ts'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { generationsOf } from '../support/sandbox-looks.ts'

const FOREIGN = 'http://elsewhere.test/hooks?key=theirs'

describe('activities: what is asked of hooks', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    stage = await setStage(world, { patienceMs: 2_000 })
    await stage.connect()
    await passes()
  })
  afterEach(() => stage.close())

  async function passes(activities = stage.activities): Promise<void> {
    for (let pass = 0; pass < 3; pass += 1) await activities.reconcileHook(stage.job())
  }

  const ask = async (kind: HookTaskKind, remoteUri: string | null = null): Promise<string> => {
    const { organizationId, integrationId } = stage.job()
    const wish = { integrationId, kind, remoteUri, userId: stage.userId }
    return world.database.withTenant(organizationId, (tx) => askOfHooks(tx, wish))
  }

  /** Asks, lets the owner do it, and answers how it ended. */
  async function asked(kind: HookTaskKind, remoteUri: string | null = null): Promise<HookTaskEnd> {
    const id = await ask(kind, remoteUri)
    assert.equal((await stage.facts()).hookTasks, 1)
    const result = await stage.activities.tendHooks(stage.job())
    assert.equal(result.kind, 'done')
    const end = await world.database.withTenant(stage.organizationId, (tx) =>
      readHookTaskEnd(tx, id),
    )
    return end ?? assert.fail('the task has no end')
  }

  /** Somebody else's program registers a hook at the same account. */
  async function foreign(hook: Record<string, unknown> = {}): Promise<string> {
    const tokens = await stage.visitor.connect()
    const { body } = await stage.visitor.subscribe(tokens, { url: FOREIGN, ...hook })
    return body.resource.uri
  }

  /** What an installation restored from an old backup leaves: a hook of an endpoint long retired. */
  async function stray(): Promise<string> {
    const { rows } = await world.owner.query(
      `insert into subscription (organization_id, integration_id, generation, provider, endpoint,
         base_url, callback_url, scope, state)
       select organization_id, integration_id, 99, provider, md5(random()::text), base_url,
         '', 'user', 'retired' from subscription where integration_id = $1 limit 1
       returning endpoint`,
      [stage.job().integrationId],
    )
    return foreign({ url: `http://before.test/webhooks/calendly/${rows[0].endpoint}` })
  }

  const audited = async (): Promise<unknown[]> => {
    const { rows } = await world.owner.query(
      `select action, actor_user_id, detail from audit_entry
       where organization_id = $1 and action like 'hooks.%' order by id`,
      [stage.organizationId],
    )
    return rows
  }

  it('tells of every hook in both scopes whose it is and what it does', async () => {
    await foreign()
    const company = await foreign({ url: `${FOREIGN}&of=all`, scope: 'organization' })
    await stage.visitor.control(`/calendly/hooks/${company.split('/').at(-1)}/disable`, {})
    await stray()

    const end = await asked('list')

    assert.deepEqual(told(end), [
      'organization: foreign, disabled, null',
      'user: foreign, active, null',
      'user: ours, active, live',
      'user: ours, old base, active, stray',
    ])
    assert.ok(end.hooks.every(({ callbackUrl }) => !callbackUrl.includes('theirs')))
    assert.deepEqual(await audited(), [])
  })

  it('reads every page of a long list', async () => {
    const tokens = await stage.visitor.connect()
    for (let n = 0; n < 130; n += 1)
      await stage.visitor.subscribe(tokens, { url: `http://elsewhere.test/${n}` })

    const { hooks } = await asked('list')

    assert.equal(hooks.length, 131)
  })

  it('sweeps strays of ours, and neither the live hook nor one of somebody else', async () => {
    const theirs = await foreign()
    const ours = await stray()
    const [live] = (await asked('list')).hooks.filter(({ use }) => use === 'live')

    const end = await asked('sweep')

    assert.deepEqual(
      end.hooks.map(({ uri }) => uri),
      [ours],
    )
    const left = (await stage.visitor.hooks()).map(({ uri }) => String(uri))
    assert.deepEqual(new Set(left), new Set([theirs, live?.uri]))
    assert.deepEqual(await generationsOf(world, stage.job()), ['99 deleted', '1 live'])
  })

  it('never sweeps the hook that is in use, however ill it is', async () => {
    const [hook] = await stage.visitor.hooks()
    await stage.visitor.control(`/calendly/hooks/${hook.uuid}/disable`, {})

    const end = await asked('sweep')

    assert.deepEqual(end.hooks, [])
    assert.equal((await stage.visitor.hooks()).length, 1)
  })

  it('takes a hook of another of our integrations for neither foreign nor stray', async () => {
    const other = await setStage(world)
    await other.connect()
    await other.activities.reconcileHook(other.job())
    const [{ callback_url: url }] = await other.visitor.hooks()
    const uri = await foreign({ url })

    const list = await asked('list')
    const swept = await asked('sweep')
    const removed = await asked('remove', uri)
    await other.close()

    assert.deepEqual(told(list), ['user: ours, active, elsewhere', 'user: ours, active, live'])
    assert.deepEqual([swept.hooks, removed.outcome], [[], 'refused'])
    assert.equal((await stage.visitor.hooks()).length, 2)
  })

  it('removes the one foreign hook that is named, and audits who asked and what came of it', async () => {
    const [uri, kept] = [await foreign(), await foreign({ url: `${FOREIGN}&second` })]

    const end = await asked('remove', uri)

    assert.equal(end.outcome, 'done')
    const left = (await stage.visitor.hooks()).map((hook) => hook.uri)
    assert.deepEqual([left.includes(uri), left.includes(kept)], [false, true])
    const [wish, done, ...others] = (await audited()) as { detail: object }[]
    const entry = { action: 'hooks.remove', actor_user_id: stage.userId }
    assert.deepEqual(others, [])
    assert.deepEqual(done, {
      ...entry,
      detail: { uri, gone: [uri], outcome: 'done', reason: null },
    })
    assert.deepEqual(
      { ...wish, detail: Object.keys(wish?.detail ?? {}).toSorted() },
      {
        ...entry,
        detail: ['asked', 'uri'],
      },
    )
  })

  it('removes neither a hook of ours nor one that the account does not have', async () => {
    const [{ uri }] = await stage.visitor.hooks()

    const ours = await asked('remove', uri)
    const none = await asked('remove', `${uri}x`)

    assert.deepEqual([ours.outcome, none.outcome], ['refused', 'refused'])
    assert.match(ours.reason ?? '', /is ours/)
    assert.match(none.reason ?? '', /no such hook/)
    assert.equal((await stage.visitor.hooks()).length, 1)
  })

  it('tries again when the provider does not answer, and forgets what nobody waits for', async () => {
    await ask('sweep')
    await stage.visitor.fault({ kind: '500', route: 'GET /webhook_subscriptions', times: 1 })

    const blip = await stage.activities.tendHooks(stage.job())
    await world.owner.query(`update hook_task set expires_at = now() where organization_id = $1`, [
      stage.organizationId,
    ])
    const late = await stage.activities.tendHooks(stage.job())

    assert.equal(blip.kind, 'again')
    assert.equal(late.kind, 'done')
    assert.equal((await stage.facts()).hookTasks, 0)
    assert.equal((await audited()).length, 1)
  })
})

const told = ({ hooks }: HookTaskEnd): string[] =>
  hooks.map(({ scope, whose, state, use }) => `${scope}: ${whose}, ${state}, ${use}`).toSorted()
