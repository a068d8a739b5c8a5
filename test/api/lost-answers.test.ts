import assert from 'node:assert/strict'
import { callerOf, idsOf, type Json, type Told } from './calling.ts'
import type { TestApi } from './harness.ts'
import { aPaidClient, itemsOf, somebody, startSessionApi } from './session-stage.ts'

describe('a request whose answer is lost, made again', () => {
  let api: TestApi
  const call = callerOf(() => api)
  before(async () => void (api = await startSessionApi()))
  after(() => api.close())

  async function aStage() {
    const host = await somebody(api, 'admin')
    const paid = await aPaidClient(api, { host })
    const { token } = host
    const read = async (path: string): Promise<Told> => call(path, { token })
    const ledgerOf = async (id: unknown): Promise<Json[]> =>
      itemsOf(await read(`/api/packages/${String(id)}/ledger`))
    const audited = async (action: string): Promise<number> =>
      itemsOf(await read('/api/audit')).filter((entry) => entry['action'] === action).length
    const wish = {
      clientId: paid.clientId,
      hostUserId: host.userId,
      sessionsTotal: 5,
      sessionMinutes: 50,
      cutOffHours: 24,
      expiresAt: '2190-01-01T00:00:00Z',
    }
    return { token, paid, read, ledgerOf, audited, wish }
  }

  /** As a process leaves it that died after its effect was kept and before its answer was. */
  const loseAnswer = async (key: string): Promise<void> => {
    const { rowCount } = await api.owner.query(
      `update idempotency set status = null, response = null,
        created_at = now() - interval '2 minutes' where key = $1 and status is not null`,
      [key],
    )
    assert.equal(rowCount, 1)
  }

  it('gives the credits of an adjustment once', async () => {
    const { token, paid, ledgerOf, audited } = await aStage()
    const path = `/api/packages/${paid.packageId}/adjust`
    const give = { token, key: 'lost-give', body: { change: 3, reason: 'a present' } }
    const first = await call(path, give)
    await loseAnswer(give.key)

    const again = await call(path, give)

    assert.deepEqual([first.status, again.status], [200, 200])
    assert.deepEqual([again.body, again.body['sessions_left']], [first.body, 13])
    const kinds = (await ledgerOf(paid.packageId)).map(({ kind }) => kind)
    assert.deepEqual([kinds, await audited('package.adjust')], [['adjust', 'grant'], 1])
  })

  it('answers a taking that took the last credits as it was, not as refused', async () => {
    const { token, paid } = await aStage()
    const path = `/api/packages/${paid.packageId}/adjust`
    const take = { token, key: 'lost-take', body: { change: -10, reason: 'given back' } }
    const first = await call(path, take)
    await loseAnswer(take.key)

    const again = await call(path, take)

    assert.deepEqual([again.status, again.body], [200, first.body])
  })

  it('makes one package with one grant', async () => {
    const { token, paid, read, ledgerOf, audited, wish } = await aStage()
    const order = { token, key: 'lost-package', body: wish }
    const first = await call('/api/packages', order)
    await loseAnswer(order.key)

    const again = await call('/api/packages', order)

    assert.deepEqual([first.status, again.status, again.body], [201, 201, first.body])
    assert.equal((await ledgerOf(first.body['id'])).length, 1)
    const ids = idsOf(await read(`/api/packages?clientId=${paid.clientId}`))
    assert.deepEqual(ids, [first.body['id'], paid.packageId])
    assert.equal(await audited('package.create'), 2)
  })

  it('is refused its key for something else', async () => {
    const { token, wish } = await aStage()
    const order = { token, key: 'lost-and-changed', body: wish }
    await call('/api/packages', order)
    await loseAnswer(order.key)

    const other = await call('/api/packages', { ...order, body: { ...wish, sessionsTotal: 6 } })

    assert.equal(other.body['type'], 'urn:rendezvous:problem:idempotency-mismatch')
  })

  it('is another one under another key', async () => {
    const { token, paid } = await aStage()
    const path = `/api/packages/${paid.packageId}/adjust`
    const give = { token, body: { change: 1, reason: 'a present' } }
    await call(path, { ...give, key: 'one-present' })

    const next = await call(path, { ...give, key: 'next-present' })

    assert.equal(next.body['sessions_left'], 12)
  })
})
