import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { freezing } from '../support/breaking-database.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { refreshUntilDecided, worksAtProvider } from '../support/refresh-faults.ts'
import { credentialsOf, tokenCalls, tokensOf } from '../support/sandbox-looks.ts'

const route = 'POST /oauth/token'

describe('activities: refreshing, several at once', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    stage = await setStage(world, { patienceMs: 2_000 })
    await stage.connect()
  })
  afterEach(() => stage.close())

  const refresh = (generation = 1) => stage.activities.refreshToken({ ...stage.job(), generation })
  const rows = () => credentialsOf(world, stage.job())

  it('makes one token call when two hundred ask for the same generation at once', async () => {
    const results = await Promise.all(Array.from({ length: 200 }, () => refresh()))

    assert.equal(await tokenCalls(stage.visitor), 2, 'one for the exchange, one for the refresh')
    assert.ok(results.every(({ kind }) => kind === 'done' || kind === 'again'))
    assert.ok(results.some(({ kind }) => kind === 'done'))
    assert.deepEqual(await rows(), ['2 current'])
  })

  it('gives every renewal a number of its own, one after another', async () => {
    for (let generation = 1; generation <= 4; generation += 1) await refresh(generation)

    const { rows: found } = await world.owner.query(
      'select token_generation, token_expires_at from integration where id = $1',
      [stage.job().integrationId],
    )
    assert.deepEqual(await rows(), ['5 current'])
    assert.equal(found[0].token_generation, 5)
    assert.equal(found[0].token_expires_at.getTime(), stage.job().now + 7_200_000)
  })

  it('does nothing for a generation that was renewed already', async () => {
    await refresh()

    const late = await refresh()

    assert.deepEqual(late, { kind: 'done', found: 'renewed already' })
    assert.equal(await tokenCalls(stage.visitor), 2)
  })

  it('is healed by a late true answer of the newest generation', async () => {
    const frozen = freezing(world.database, { after: 1 })
    const late = stage
      .elsewhere({ database: frozen.database })
      .refreshToken({ ...stage.job(), generation: 1 })
    await frozen.reached
    await stage.advance(10)
    const second = await refresh()
    const meanwhile = (await stage.facts()).token?.dead

    frozen.thaw()
    await late

    assert.equal(second.kind, 'grantDead')
    assert.match(meanwhile ?? '', /lost, twice/)
    assert.deepEqual(await rows(), ['2 current'])
    assert.equal((await stage.facts()).token?.dead, null)
    assert.ok(await worksAtProvider(stage, world))
  })

  it('drops a late answer once a newer generation is in use', async () => {
    const frozen = freezing(world.database, { after: 1 })
    const late = stage
      .elsewhere({ database: frozen.database })
      .refreshToken({ ...stage.job(), generation: 1 })
    await frozen.reached
    await stage.connect()

    frozen.thaw()
    const result = await late

    assert.match(result.kind === 'done' ? result.found : '', /newer grant/)
    assert.deepEqual(await rows(), ['2 current'])
    assert.ok(await worksAtProvider(stage, world))
  })

  it('presents a token no third time when two answers in a row are lost', async () => {
    await stage.visitor.fault({ kind: 'drop', route, times: 2 })

    const decided = await refreshUntilDecided(stage)
    const after = await refresh()

    assert.equal(decided, 'dead')
    assert.equal(after.kind, 'grantDead')
    assert.equal(await tokenCalls(stage.visitor), 3)
    assert.equal((await tokensOf(stage.visitor)).presented_again, 1)
  })

  it('does not count answered failures as lost answers', async () => {
    await stage.visitor.fault({ kind: '500', route, times: 3 })

    const decided = await refreshUntilDecided(stage)

    assert.equal(decided, 'alive')
    assert.equal((await tokensOf(stage.visitor)).presented_again, 0)
  })

  it('waits as long as a 429 says', async () => {
    await stage.visitor.fault({ kind: 'token-limit', value: 0 })

    const result = await refresh()

    assert.ok(result.kind === 'again' && (result.afterMs ?? 0) > 30_000)
  })

  for (const invalidGrantStatus of [400, 401])
    it(`says that access was revoked on invalid_grant with a ${invalidGrantStatus}`, async () => {
      await stage.visitor.fault({ kind: 'invalid-grant-status', value: invalidGrantStatus })
      await stage.visitor.fault({ kind: 'app-revoked', user: 'rita@acme.test' })

      const result = await refresh()

      assert.match(result.kind === 'grantDead' ? result.found : '', /revoked/)
      assert.match((await stage.facts()).token?.dead ?? '', /revoked/)
    })

  it('takes a mistake of ours for no death of the grant', async () => {
    const body = { error: 'invalid_client' }
    await stage.visitor.fault({ kind: 'status', status: 401, body, route, times: 1 })

    const result = await refresh()

    assert.equal(result.kind, 'again')
    assert.equal((await stage.facts()).token?.dead, null)
    assert.equal(await refreshUntilDecided(stage), 'alive')
  })
})
