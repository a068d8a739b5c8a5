import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { beginExchange, finishOperation } from '../../db/operations.ts'
import { goToConsent } from './consenting.ts'
import { API_URL, APP_URL, AUTHORIZE_URL, startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

interface Started {
  readonly attemptId: string
  readonly state: string
  readonly cookie: string
  readonly location: URL
  readonly callback: string
}

describe('OAuth pages', () => {
  let api: TestApi
  let token: string
  before(async () => {
    api = await startTestApi()
    token = await tokenOf({ organization: 'acme', subject: 'rita' })
  })
  after(() => api.close())

  const local = (url: string): string => url.replace(API_URL, api.origin)
  const open = (url: string, cookie?: string): Promise<Response> =>
    fetch(local(url), {
      redirect: 'manual',
      headers: cookie === undefined ? {} : { cookie },
    })

  async function ask(body: object = {}): Promise<{ attemptId: string; authorizeUrl: string }> {
    const answer = await fetch(`${api.origin}/api/integrations/calendly/connect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 201)
    return (await answer.json()) as { attemptId: string; authorizeUrl: string }
  }

  /** Promises an attempt whose browser stands before the provider's consent. */
  async function start(body: object = {}): Promise<Started> {
    const { attemptId, authorizeUrl } = await ask(body)
    const { location, state, cookie } = await goToConsent(api, authorizeUrl)
    const callback = `${API_URL}/oauth/calendly/callback?state=${state}&code=the-code`
    return { attemptId, state, cookie, location, callback }
  }

  async function rowOf(id: string) {
    const { rows } = await api.owner.query<Record<string, unknown>>(
      `select progress, outcome, code is not null as has_code, state_hash is not null as has_state
        from operation where id = $1`,
      [id],
    )
    return rows[0]
  }

  const untouched = { progress: 'opened', outcome: null, has_code: false, has_state: true }

  const endsAs = (outcome: 'live' | 'failed') => async (_kind: string, operationId: string) => {
    const { rows } = await api.owner.query<{ organization_id: string }>(
      'select organization_id from operation where id = $1',
      [operationId],
    )
    await api.database.withTenant(rows[0]?.organization_id ?? '', async (tx) => {
      await finishOperation(tx, operationId, { outcome, reason: 'because', nextStep: null })
    })
  }
  beforeEach(() => void (api.gateway.onOperation = endsAs('live')))

  it('sends the browser to the provider with a hashed verifier and a callback built from API_URL only', async () => {
    const { location, cookie, state } = await start()

    assert.equal(location.origin + location.pathname, AUTHORIZE_URL)
    assert.equal(location.searchParams.get('redirect_uri'), `${API_URL}/oauth/calendly/callback`)
    assert.match(location.searchParams.get('code_challenge') ?? '', /^[\w-]{43}$/)
    assert.match(state, /^[\w-]{43}$/)
    assert.match(cookie, /^rv=[\w-]{43}$/)
  })

  it('stores the state as a hash and the verifier sealed', async () => {
    const { attemptId, state, location } = await start()

    const { rows } = await api.owner.query<{ state_hash: Buffer; code_verifier: string }>(
      'select state_hash, code_verifier from operation where id = $1',
      [attemptId],
    )

    assert.deepEqual(rows[0]?.state_hash, createHash('sha256').update(state).digest())
    assert.match(rows[0]?.code_verifier ?? '', /^s1\./)
    const challenge = location.searchParams.get('code_challenge') ?? ''
    assert.notEqual(rows[0]?.code_verifier, challenge)
  })

  it('hands the e-mail hint to the provider and shows it in no URL of ours', async () => {
    const { authorizeUrl } = await ask({ loginHint: 'rita@acme.test' })

    const { location } = await goToConsent(api, authorizeUrl)

    assert.doesNotMatch(decodeURIComponent(authorizeUrl), /rita|acme/)
    assert.equal(location.searchParams.get('login_hint'), 'rita@acme.test')
  })

  it('tells the outcome to exactly the origin of APP_URL, with a nonce, and closes', async () => {
    const { callback, cookie, attemptId } = await start()

    const answer = await open(callback, cookie)
    const page = await answer.text()

    assert.equal(answer.status, 200)
    const message = `{"type":"rendezvous:connect","attemptId":"${attemptId}","outcome":"live"}`
    assert.ok(page.includes(`postMessage(${message}, "${APP_URL}")`), page)
    assert.ok(!page.includes(API_URL))
    assert.match(page, new RegExp(`<a href="${APP_URL}/">`))
    const nonce = /script-src 'nonce-([\w-]+)'/.exec(
      answer.headers.get('content-security-policy') ?? '',
    )?.[1]
    assert.ok(nonce !== undefined && page.includes(`<script nonce="${nonce}">`))
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.headers.get('cross-origin-opener-policy'), 'unsafe-none')
  })

  it('keeps the code sealed with the consumed state, and starts the workflow once', async () => {
    const { callback, cookie, attemptId } = await start()
    api.gateway.onOperation = async () => {}

    await open(callback, cookie)

    assert.deepEqual(await rowOf(attemptId), {
      progress: 'authorized',
      outcome: null,
      has_code: true,
      has_state: false,
    })
    const started = api.gateway.operations.filter(({ operationId }) => operationId === attemptId)
    assert.deepEqual(started, [{ kind: 'connect', operationId: attemptId }])
    const { rows } = await api.owner.query<{ organization_id: string }>(
      'select organization_id from operation where id = $1',
      [attemptId],
    )
    const exchange = await api.database.withTenant(rows[0]?.organization_id ?? '', (tx) =>
      beginExchange(tx, attemptId),
    )
    assert.ok(exchange !== 'already' && exchange.code === 'the-code')
  })

  it('shows progress and looks again while there is no outcome, then tells it', async () => {
    const { callback, cookie, attemptId } = await start()
    api.gateway.onOperation = async () => {}
    const waiting = await (await open(callback, cookie)).text()
    const again = /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(waiting)?.[1] ?? ''
    await endsAs('failed')('connect', attemptId)

    const page = await (await open(`${API_URL}${again}`, cookie)).text()

    assert.match(waiting, /"outcome":null/)
    assert.doesNotMatch(waiting, /window\.close/)
    assert.match(page, /"outcome":"failed"/)
    assert.match(page, /window\.close/)
  })

  it('leaves the start to the relay while Temporal is down, and says that it is in progress', async () => {
    const { callback, cookie, attemptId } = await start()
    api.gateway.isDown = true

    const answer = await open(callback, cookie)
    api.gateway.isDown = false

    assert.equal(answer.status, 200)
    assert.match(await answer.text(), /Connecting your account/)
    const { rows } = await api.owner.query('select started_at from operation where id = $1', [
      attemptId,
    ])
    assert.deepEqual(rows, [{ started_at: null }])
  })

  it('refuses the callback in another browser, and consumes nothing', async () => {
    const { callback, attemptId } = await start()

    const stranger = await open(callback, `rv=${'x'.repeat(43)}`)
    const bare = await open(callback)

    assert.deepEqual([stranger.status, bare.status], [403, 403])
    assert.match(await stranger.text(), /another browser/)
    assert.deepEqual(await rowOf(attemptId), untouched)
  })

  it('refuses the start page in a second browser once a first has opened it', async () => {
    const { authorizeUrl } = await ask()
    await goToConsent(api, authorizeUrl)

    assert.equal((await open(authorizeUrl)).status, 403)
  })

  it('refuses a second use of the callback truthfully', async () => {
    const { callback, cookie, attemptId } = await start()
    await open(callback, cookie)
    const before = await rowOf(attemptId)

    const again = await open(callback, cookie)

    assert.equal(again.status, 410)
    assert.match(await again.text(), /used already/)
    assert.deepEqual(await rowOf(attemptId), before)
  })

  it('refuses an expired attempt, and consumes nothing', async () => {
    const { callback, cookie, attemptId } = await start()
    await api.owner.query(
      `update operation set expires_at = now() - interval '1 second' where id = $1`,
      [attemptId],
    )

    const answer = await open(callback, cookie)

    assert.equal(answer.status, 410)
    assert.match(await answer.text(), /expired/)
    assert.deepEqual(await rowOf(attemptId), untouched)
  })

  it('refuses the answer of another provider, and consumes nothing', async () => {
    const { callback, cookie, attemptId } = await start()
    await api.owner.query(`update operation set provider = 'calcom' where id = $1`, [attemptId])

    const answer = await open(callback, cookie)
    const unknown = await open(callback.replace('/calendly/', '/calcom/'), cookie)

    assert.deepEqual([answer.status, unknown.status], [404, 404])
    assert.deepEqual(await rowOf(attemptId), untouched)
  })

  it('tells a denial as denied, and starts nothing', async () => {
    const { state, cookie, attemptId } = await start()
    const url = `${API_URL}/oauth/calendly/callback?state=${state}&error=access_denied`

    const page = await (await open(url, cookie)).text()

    assert.match(page, /"outcome":"denied"/)
    assert.equal((await rowOf(attemptId))?.['outcome'], 'denied')
    assert.ok(api.gateway.operations.every(({ operationId }) => operationId !== attemptId))
  })

  it('answers a state, ticket or code that is none with a page and no look-up', async () => {
    const { cookie, state } = await start()

    for (const path of [
      '/oauth/calendly/callback',
      '/oauth/calendly/callback?state=short&code=c',
      `/oauth/calendly/callback?state=${state}`,
      `/oauth/calendly/callback?state=${state}&state=${state}&code=c`,
      `/oauth/calendly/callback?state=${state}&code=${'c'.repeat(2_001)}`,
      '/oauth/calendly/start?ticket=%00',
      '/oauth/unknown/start?ticket=x',
    ])
      assert.equal((await open(`${API_URL}${path}`, cookie)).status, 404, path)
  })

  it('shows neither a code nor a state in an answer', async () => {
    const { callback, cookie, state } = await start()

    const page = await (await open(callback, cookie)).text()

    assert.ok(!page.includes('the-code') && !page.includes(state))
  })
})
