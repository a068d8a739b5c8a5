import assert from 'node:assert/strict'
import { pkce } from '../visitor.ts'
import type { Guest } from './guest.ts'
import { visitCalcom } from './guest.ts'

const MINUTE = 60

describe('calcom sandbox: who may call, and how often', () => {
  let guest: Guest

  beforeEach(async () => {
    guest = await visitCalcom()
  })

  afterEach(() => guest.sandbox.close())

  const me = (key?: string) => guest.call('GET', '/me', key === undefined ? {} : { key })

  it('knows whose key it is', async () => {
    const { status, body } = await me()

    assert.equal(guest.key.slice(0, 4), 'cal_')
    assert.deepEqual([status, body.status], [200, 'success'])
    assert.deepEqual([body.data.email, body.data.timeZone], ['rita@acme.test', 'Europe/Paris'])
  })

  it('rotates a key: the new one works, the old one is gone', async () => {
    const { body } = await guest.call('POST', '/api-keys/refresh', { json: {} })

    assert.equal((await me(body.data.apiKey)).status, 200)
    const old = await me()
    assert.deepEqual([old.status, old.body.error.message], [401, 'Your api key is not valid'])
  })

  it('refuses a key whose time is over, or that was revoked', async () => {
    const short = await guest.keyOf('lena@solo.test', { seconds: 60 })
    await guest.advance(61)
    const expired = await me(short)
    await guest.fault({ kind: 'key-revoked', user: 'rita@acme.test' })
    const revoked = await me()

    assert.deepEqual([expired.status, revoked.status], [401, 401])
    assert.equal(expired.body.error.message, 'Your api key is expired')
  })

  it('shows keys to control by their first letters only', async () => {
    const { body } = await guest.send('GET', '/control/calcom/tokens')

    assert.equal(JSON.stringify(body).includes(guest.key), false)
    assert.equal(body.tokens[0].user_email, 'rita@acme.test')
  })

  it('allows 120 calls a minute and says how many are left', async () => {
    const first = await me()

    assert.equal(first.headers.get('x-ratelimit-limit-default'), '120')
    assert.equal(first.headers.get('x-ratelimit-remaining-default'), '119')
    assert.equal(first.headers.get('x-ratelimit-reset-default'), '60')
  })

  it('shuts a key out for a full minute once it asked too often, without Retry-After', async () => {
    await guest.fault({ kind: 'request-limit', value: 2 })
    await me()
    await guest.advance(MINUTE - 5)
    const answers = [await me(), await me()]
    await guest.advance(10)
    const still = await me()
    const other = await me(await guest.keyOf('lena@solo.test'))
    await guest.advance(MINUTE)
    const free = await me()

    assert.deepEqual(
      [...answers, still, other, free].map(({ status }) => status),
      [200, 429, 429, 200, 200],
    )
    assert.equal(answers[1]?.headers.get('retry-after'), null)
    assert.equal(answers[1]?.headers.get('x-ratelimit-reset-default'), '60')
    assert.equal(answers[1]?.body.error.code, 'ThrottlerException')
  })

  it('adds Retry-After when switched', async () => {
    await guest.fault({ kind: 'request-limit', value: 0 })
    await guest.fault({ kind: 'retry-after' })

    assert.equal((await me()).headers.get('retry-after'), '60')
  })

  it('answers with any fault asked for, on that route and user only', async () => {
    const route = 'GET /v2/me'
    await guest.fault({ kind: '429', route, times: 1, user: 'rita@acme.test', seconds: 30 })
    await guest.fault({ kind: '500', route, times: 1 })
    await guest.fault({ kind: '500', route, user: 'omar@acme.test' })
    const answers = [await me(), await me(), await me()]

    assert.deepEqual(
      answers.map(({ status }) => status),
      [429, 500, 200],
    )
    assert.equal(answers[0]?.headers.get('x-ratelimit-reset-default'), '30')
  })

  it('is left alone by the faults of the other provider', async () => {
    await guest.fault({ provider: 'calendly', kind: '500' })
    const unknown = await guest.fault({ kind: 'app-revoked' })

    assert.deepEqual([(await me()).status, unknown.status], [200, 400])
  })

  it('hangs, breaks the body, or drops the answer after executing', async () => {
    const route = 'POST /v2/webhooks'
    await guest.fault({ kind: 'drop', route, times: 1 })
    await assert.rejects(guest.hook('https://hooks.test/1'))
    await guest.fault({ kind: 'broken-body', route, times: 1 })
    await assert.rejects(guest.hook('https://hooks.test/2'), SyntaxError)
    await guest.fault({ kind: 'hang', route, times: 1, seconds: 0.05 })
    const slow = await guest.hook('https://hooks.test/3')

    assert.equal(slow.status, 201)
    assert.equal((await guest.held()).length, 3)
  })

  it('lets a platform client in by id and secret, with 500 calls a minute', async () => {
    const client = (await guest.control('/calcom/oauth-clients', {})).body
    const headers = { 'x-cal-client-id': client.id, 'x-cal-secret-key': client.secret }
    const good = await guest.call('GET', '/bookings', { key: '', headers })
    const bad = await guest.call('GET', '/bookings', {
      key: '',
      headers: { ...headers, 'x-cal-secret-key': 'wrong' },
    })
    const json = { subscriberUrl: 'https://hooks.test/1', active: true, triggers: [] }
    const path = `/oauth-clients/${client.id}/webhooks`
    const hook = await guest.call('POST', path, { key: '', headers, json })

    assert.deepEqual([good.status, bad.status, hook.status], [200, 401, 201])
    assert.equal(good.headers.get('x-ratelimit-limit-default'), '500')
    assert.equal(hook.body.data.oAuthClientId, client.id)
  })

  it('rotates both tokens of a managed user at each refresh', async () => {
    const client = (await guest.control('/calcom/oauth-clients', {})).body
    const headers = { 'x-cal-secret-key': client.secret }
    const made = await guest.call('POST', `/oauth-clients/${client.id}/users`, {
      key: '',
      headers,
      json: { email: 'managed@x.test', name: 'Managed' },
    })
    const { accessToken, refreshToken, user } = made.body.data
    const refresh = (value: string) =>
      guest.call('POST', `/oauth/${client.id}/refresh`, {
        key: '',
        headers,
        json: { refreshToken: value },
      })
    const before = await me(accessToken)
    const fresh = await refresh(refreshToken)
    const old = await me(accessToken)
    const again = await refresh(refreshToken)
    await guest.advance(3601)
    const expired = await me(fresh.body.data.accessToken)
    const path = `/oauth-clients/${client.id}/users/${user.id}/force-refresh`
    const forced = await guest.call('POST', path, { key: '', headers, json: {} })

    const booking = await guest.reserve({ user: user.email })
    assert.equal(booking.hosts[0].displayEmail, 'managed@x.test')
    assert.equal(user.email, `managed+${client.id}@x.test`)
    assert.deepEqual(
      [before, fresh, old, again, expired, forced].map(({ status }) => status),
      [200, 200, 401, 401, 401, 200],
    )
    assert.equal((await me(forced.body.data.accessToken)).status, 200)
  })

  it('gives OAuth2 tokens for a code with PKCE, once, and for a refresh token', async () => {
    const redirect_uri = 'http://localhost:9/callback'
    const client = (await guest.control('/calcom/oauth-clients', {})).body
    const { verifier, query } = pkce()
    const { code } = (
      await guest.control('/calcom/oauth-codes', {
        user: 'rita@acme.test',
        client: client.id,
        redirect_uri,
        code_challenge: query.code_challenge,
      })
    ).body
    const token = (json: object) =>
      guest.call('POST', '/auth/oauth2/token', {
        key: '',
        json: { client_id: client.id, ...json },
      })
    const exchange = { grant_type: 'authorization_code', code, redirect_uri }
    const wrong = await token({ ...exchange, code_verifier: 'wrong' })
    const good = await token({ ...exchange, code_verifier: verifier })
    const again = await token({ ...exchange, code_verifier: verifier })
    const { refresh_token } = good.body
    const refreshed = await token({ grant_type: 'refresh_token', refresh_token })
    const reused = await token({ grant_type: 'refresh_token', refresh_token })

    assert.deepEqual(
      [wrong, good, again, refreshed, reused].map(({ status }) => status),
      [400, 200, 400, 200, 400],
    )
    assert.equal(good.body.expires_in, 1800)
    assert.equal((await me(refreshed.body.access_token)).body.data.email, 'rita@acme.test')
  })

  it('counts requests by route and user beside the other provider', async () => {
    await me()
    const { body } = await guest.send('GET', '/control/requests')

    const row = body.routes.find(({ provider }: any) => provider === 'calcom')
    assert.deepEqual([row.route, row.user, row.count], ['GET /v2/me', 'rita@acme.test', 1])
  })
})
