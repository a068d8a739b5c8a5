import assert from 'node:assert/strict'
import { callerOf } from './calling.ts'
import { goToConsent } from './consenting.ts'
import { API_URL, startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

describe('attempts to connect', () => {
  let api: TestApi
  let token: string
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi()
    token = await tokenOf({ organization: 'acme', subject: 'rita' })
  })
  after(() => api.close())

  const open = (url: string, cookie = ''): Promise<Response> =>
    fetch(url.replace(API_URL, api.origin), { redirect: 'manual', headers: { cookie } })

  /** Promises an attempt whose browser stands before the provider's consent. */
  async function start() {
    const { body } = await call('/api/integrations/calendly/connect', { token, body: {} })
    const { cookie, state } = await goToConsent(api, String(body['authorizeUrl']))
    const callback = `${API_URL}/oauth/calendly/callback?state=${state}&code=the-code`
    return { attemptId: String(body['attemptId']), cookie, callback }
  }

  const expire = (attemptId: string) =>
    api.owner.query(`update operation set expires_at = now() - interval '1 s' where id = $1`, [
      attemptId,
    ])

  const look = async (attemptId: string) =>
    (await call(`/api/connect-attempts/${attemptId}`, { token })).body

  it('end as failed when their time ran out, and their link is still told as expired', async () => {
    const { callback, cookie, attemptId } = await start()
    const inTime = await look(attemptId)
    await expire(attemptId)

    const late = await look(attemptId)

    assert.equal(inTime['outcome'], null)
    assert.deepEqual([late['progress'], late['outcome']], ['done', 'failed'])
    assert.match(String(late['reason']), /expired/)
    assert.equal(late['nextStep'], 'Start again.')
    assert.match(await (await open(callback, cookie)).text(), /has expired/)
  })

  it('go on when the person answered in time', async () => {
    const { callback, cookie, attemptId } = await start()
    await open(callback, cookie)
    await expire(attemptId)

    const { progress, outcome } = await look(attemptId)

    assert.deepEqual([progress, outcome], ['authorized', null])
  })

  it('show their progress to no browser but the one that began', async () => {
    const { callback, cookie } = await start()
    const { cookie: strange } = await start()
    const waiting = await (await open(callback, cookie)).text()
    const again = /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(waiting)?.[1] ?? ''

    const answers = await Promise.all(
      [cookie, strange, ''].map((browser) => open(`${API_URL}${again}`, browser)),
    )

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 404, 404],
    )
  })
})
