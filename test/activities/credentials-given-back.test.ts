import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { credentialsOf, integrationOf, tokensOf } from '../support/sandbox-looks.ts'

const OMAR = 'omar@acme.test'
const LENA = 'lena@solo.test'

describe('activities: credentials given back', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (stage = await setStage(world)))
  afterEach(() => stage.close())

  const rows = () => credentialsOf(world, stage.job())
  const integration = () => integrationOf(world, stage.organizationId)

  it('gives every token back: the one in use, a waiting grant, and an account left behind', async () => {
    await stage.connect({ email: LENA })
    await stage.connect({ email: OMAR })
    await stage.visitor.fault({ kind: '500', route: 'GET /users/me', times: 1 })
    await stage.connect()
    await stage.leave()

    const result = await stage.activities.revokeTokens(stage.job())

    assert.deepEqual(result, { kind: 'done', found: 'revoked' })
    for (const email of [LENA, OMAR, 'rita@acme.test']) {
      const { live_access, live_refresh } = await tokensOf(stage.visitor, email)
      assert.deepEqual([live_access, live_refresh], [0, 0])
    }
  })

  it('gives tokens back twice without harm, and none where there are none', async () => {
    await stage.connect()
    await stage.leave()

    const first = await stage.activities.revokeTokens(stage.job())
    const second = await stage.activities.revokeTokens(stage.job())
    await stage.activities.eraseSecrets(stage.job())
    const third = await stage.activities.revokeTokens(stage.job())

    assert.deepEqual([first, second], [first, first])
    assert.deepEqual(third, { kind: 'done', found: 'nothing to revoke' })
  })

  it('tries again to give tokens back while the provider is down', async () => {
    await stage.connect()
    await stage.leave()
    await stage.visitor.fault({ kind: '500', route: 'POST /oauth/revoke', times: 1 })

    const failed = await stage.activities.revokeTokens(stage.job())
    await stage.visitor.sandbox.close()
    const unreachable = await stage.activities.revokeTokens(stage.job())

    assert.deepEqual([failed.kind, unreachable.kind], ['again', 'again'])
    assert.deepEqual(await rows(), ['1 current'])
  })

  it('destroys every sealed token and code, and never gives a number again', async () => {
    await stage.connect()
    await stage.consent()
    await stage.visitor.fault({ kind: '500', route: 'GET /users/me', times: 1 })
    await stage.connect({ email: OMAR })
    await stage.leave()

    await stage.activities.eraseSecrets(stage.job())

    const sealed = await world.owner.query(
      `select 1 from credential where organization_id = $1
       union all select 1 from operation where organization_id = $1 and integration_id is not null
         and (code is not null or code_verifier is not null)`,
      [stage.organizationId],
    )
    const row = await integration()
    assert.equal(sealed.rows.length, 0)
    assert.deepEqual(
      [row.webhook_active, row.webhook_subscription_uri, row.token_expires_at],
      [false, null, null],
    )
    await stage.connect()
    assert.deepEqual(await rows(), ['3 current'])
  })

  it('leaves a grant alone that came after its owner had last looked', async () => {
    await stage.connect()
    await stage.leave()
    await stage.connect()

    const revoked = await stage.activities.revokeTokens(stage.job())
    const erased = await stage.activities.eraseSecrets(stage.job())

    assert.deepEqual([revoked.kind, erased.kind], ['again', 'again'])
    assert.deepEqual(await rows(), ['2 current'])
    assert.notEqual((await tokensOf(stage.visitor, 'rita@acme.test')).live_refresh, 0)
  })
})
