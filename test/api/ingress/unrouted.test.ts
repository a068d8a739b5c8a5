import assert from 'node:assert/strict'
import { applyStored } from '../filled.ts'
import { startTestApi } from '../harness.ts'
import type { TestApi } from '../harness.ts'
import { setStage, type Stage } from '../../support/connected.ts'

const SANDBOX_APP_KEY = 'the key of the whole app at the sandbox'

describe('mail of an account that nobody has connected yet', () => {
  let api: TestApi
  let stage: Stage
  before(async () => {
    api = await startTestApi({ appKeys: { calendly: [SANDBOX_APP_KEY] } })
  })
  after(() => api.close())
  beforeEach(async () => {
    stage = await setStage(
      { ...api, ingress: api.ingressStore },
      { sandbox: { calendlyAppKey: SANDBOX_APP_KEY, calendly: { appKeySigns: true } } },
    )
    const tokens = await stage.visitor.connect()
    const url = `${api.origin}/calendly/webhook`
    const made = await stage.visitor.subscribe(tokens, { url })
    assert.equal(made.status, 201)
  })
  afterEach(async () => {
    await stage.close()
    await api.owner.query('delete from unrouted_delivery')
  })

  /** Somebody books, and the sandbox's delivery is answered with this. */
  async function bookedAndAnswered(status: number): Promise<void> {
    await stage.visitor.book()
    const { deliveries } = await stage.visitor.eventually(
      () => stage.visitor.ledger(),
      ({ deliveries: sent }) => sent.length > 0,
    )
    assert.equal(deliveries[0].status, status)
  }

  const unrouted = async (): Promise<number> =>
    (await api.owner.query('select from unrouted_delivery')).rowCount ?? 0

  const events = async (): Promise<{ id: string; status: string }[]> =>
    (
      await api.owner.query('select id, status from inbound_event where organization_id = $1', [
        stage.organizationId,
      ])
    ).rows

  it('is answered with 200 and kept without a tenant while the key of the app vouches for it', async () => {
    await bookedAndAnswered(200)

    assert.equal(await unrouted(), 1)
    assert.deepEqual(await events(), [])
  })

  it('is refused where only a stranger vouches for it', async () => {
    await stage.visitor.fault({ kind: 'wrong-key' })

    await bookedAndAnswered(401)

    assert.equal(await unrouted(), 0)
  })

  it('becomes a prospect as soon as the account is connected', async () => {
    await bookedAndAnswered(200)

    await stage.connect()

    const [event, ...others] = await events()
    assert.deepEqual([event?.status, others, await unrouted()], ['received', [], 0])
    assert.ok((await api.database.directory.claimBacklog(10)).length === 1)
    const { organizationId } = stage
    const end = await applyStored(api, { organizationId }, event?.id ?? '')
    assert.equal(end, 'processed')
    const { rows } = await api.owner.query(
      'select email from prospect where organization_id = $1',
      [organizationId],
    )
    assert.deepEqual(rows, [{ email: 'pat@prospect.test' }])
  })

  it('waits for its own account, whoever else connects', async () => {
    await bookedAndAnswered(200)

    await stage.connect({ email: 'omar@acme.test' })

    assert.deepEqual(await events(), [])
    assert.equal(await unrouted(), 1)
  })

  it('is neither routed nor kept once it has waited for thirty days', async () => {
    await bookedAndAnswered(200)
    await api.owner.query(`update unrouted_delivery set received_at = now() - interval '30 days'`)

    await stage.connect()
    await api.database.directory.purgeExpired(100)

    assert.deepEqual([await events(), await unrouted()], [[], 0])
  })
})
