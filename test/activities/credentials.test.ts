import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { credentialsOf, integrationOf } from '../support/sandbox-looks.ts'

const OMAR = 'omar@acme.test'

describe('activities: credentials', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (stage = await setStage(world)))
  afterEach(() => stage.close())

  const rows = () => credentialsOf(world, stage.job())
  const integration = () => integrationOf(world, stage.organizationId)
  const adopt = () => stage.activities.adoptCredential(stage.job())

  it('takes over the first grant and names the account', async () => {
    await stage.connect()

    const row = await integration()
    assert.equal(row.provider_account_email, 'rita@acme.test')
    assert.match(row.provider_user_uri, /\/users\//)
    assert.match(row.provider_organization_uri, /\/organizations\//)
    assert.equal(row.token_generation, 1)
    assert.deepEqual(await rows(), ['1 current'])
  })

  it('takes a grant over once, however often it is asked', async () => {
    await stage.connect()

    const again = await adopt()

    assert.deepEqual(again, { kind: 'done', found: 'taken over already' })
    assert.deepEqual(await rows(), ['1 current'])
  })

  it('replaces the tokens of the same account and leaves nobody behind', async () => {
    await stage.connect()
    await stage.connect()

    assert.deepEqual(await rows(), ['2 current'])
    assert.equal((await stage.facts()).outgoing, false)
  })

  it('keeps the tokens of another account until its hook is gone', async () => {
    await stage.connect()
    await stage.connect({ email: OMAR })

    assert.deepEqual(await rows(), ['2 current', '1 outgoing'])
    assert.equal((await integration()).provider_account_email, OMAR)
  })

  for (const status of [401, 403])
    it(`drops a fresh grant that is refused at once (${status}), and goes on with the one in use`, async () => {
      await stage.connect()
      const route = 'GET /users/me'
      await stage.visitor.fault({ kind: 'status', status, route, times: 1 })

      await stage.connect()

      assert.deepEqual(await rows(), ['1 current'])
      assert.equal((await stage.facts()).token?.dead, null)
    })

  it('ends as dead when the only grant there is was refused at once', async () => {
    await stage.visitor.fault({ kind: 'status', status: 401, route: 'GET /users/me', times: 1 })

    await stage.connect()

    const { token, incoming } = await stage.facts()
    assert.match(token?.dead ?? '', /refused the access/)
    assert.equal(incoming, false)
  })

  it('waits for the provider with the grant in hand', async () => {
    await stage.visitor.fault({ kind: '500', route: 'GET /users/me', times: 1 })
    await stage.connect()
    const before = await rows()

    const result = await adopt()

    assert.deepEqual(before, ['1 incoming'])
    assert.equal(result.kind, 'done')
    assert.deepEqual(await rows(), ['1 current'])
  })

  it('takes a grant over that came while the tokens in use were being renewed', async () => {
    await stage.connect()
    const route = 'GET /users/me'
    await stage.visitor.fault({ kind: '500', route, times: 1 })
    await stage.connect()
    await stage.activities.refreshToken({ ...stage.job(), generation: 1 })
    const before = await rows()

    const result = await adopt()

    assert.deepEqual(before, ['3 current', '2 incoming'])
    assert.equal(result.kind, 'done')
    assert.deepEqual(await rows(), ['2 current'])
    await stage.activities.refreshToken({ ...stage.job(), generation: 2 })
    assert.deepEqual(await rows(), ['4 current'])
  })
})
