import assert from 'node:assert/strict'
import type { JobResult } from '../../domain/owner-state.ts'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage, type StageOptions } from '../support/connected.ts'
import { assertNothingLeft, connectPeople, hookOwners } from '../support/connected-people.ts'
import { credentialsOf, generationsOf, tokensOf } from '../support/sandbox-looks.ts'

const RITA = 'rita@acme.test'
const OMAR = 'omar@acme.test'
const LENA = 'lena@solo.test'

describe('activities: leaving an account', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  afterEach(() => stage.close())

  const leave = (): Promise<JobResult> => stage.activities.leaveAccount(stage.job())
  const emails = (): Promise<string[]> => hookOwners(stage)
  const hasNothing = (email: string): Promise<void> => assertNothingLeft(stage, email)
  const connected = async (people: readonly string[], options?: StageOptions): Promise<void> =>
    void (stage = await connectPeople(world, people, options))

  it('leaves nothing of the former account, and the new one alone', async () => {
    await connected([RITA, OMAR])
    const before = await emails()

    const result = await leave()

    assert.deepEqual(before, [RITA, OMAR])
    assert.equal(result.kind, 'done')
    await hasNothing(RITA)
    assert.deepEqual(await emails(), [OMAR])
    assert.deepEqual(await credentialsOf(world, stage.job()), ['2 current'])
    assert.deepEqual(await generationsOf(world, stage.job()), ['2 live', '1 deleted'])
  })

  it('leaves every one of several former accounts', async () => {
    await connected([RITA, OMAR, LENA])

    await leave()
    await leave()

    await hasNothing(RITA)
    await hasNothing(OMAR)
    assert.deepEqual(await emails(), [LENA])
    assert.equal((await stage.facts()).outgoing, false)
  })

  it('leaves an account whose access token has expired, by renewing it once more', async () => {
    await connected([RITA])
    await stage.advance(7_300)
    await stage.connect({ email: OMAR })

    const result = await leave()

    assert.equal(result.kind, 'done')
    await hasNothing(RITA)
    assert.equal((await stage.facts()).outgoing, false)
  })

  it('keeps hook and grant of a former account that has come back', async () => {
    await connected([RITA, OMAR, RITA])

    await leave()
    await leave()

    assert.deepEqual(await emails(), [RITA])
    await hasNothing(OMAR)
    assert.ok((await tokensOf(stage.visitor, RITA)).live_refresh > 0)
  })

  it('deletes the former account’s hook alone where both see all hooks of one organization', async () => {
    const users = { email: 'ada@acme.test', name: 'Ada', organization: 'Acme', role: 'admin' }
    stage = await setStage(world, { scope: 'organization' })
    await stage.visitor.control('/calendly/users', users)
    await stage.connect({ email: RITA })
    await stage.activities.reconcileHook(stage.job())
    await stage.connect({ email: users.email })
    await stage.activities.reconcileHook(stage.job())

    await leave()
    const result = await stage.activities.reconcileHook(stage.job())

    assert.deepEqual(await emails(), [users.email])
    assert.ok(result.kind === 'hook' && result.settled)
  })

  it('keeps the former access while the provider is down', async () => {
    await connected([RITA, OMAR])
    await stage.visitor.fault({
      kind: '500',
      route: 'DELETE /webhook_subscriptions/:uuid',
      times: 1,
    })

    const failed = await leave()
    const { outgoing } = await stage.facts()
    const result = await leave()

    assert.deepEqual([failed.kind, outgoing, result.kind], ['again', true, 'done'])
    await hasNothing(RITA)
  })

  it('gives up on an account that has revoked our access', async () => {
    await connected([RITA, OMAR])
    await stage.visitor.fault({ kind: 'app-revoked', user: RITA })

    const result = await leave()

    assert.deepEqual(result, { kind: 'done', found: 'the former access is dead' })
    assert.equal((await stage.facts()).outgoing, false)
  })
})
