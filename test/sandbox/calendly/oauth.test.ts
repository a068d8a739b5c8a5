import assert from 'node:assert/strict'
import { consent, CREDENTIALS, pkce, REDIRECT, visit } from '../visitor.ts'
import type { Visitor } from '../visitor.ts'

describe('calendly sandbox: consent and tokens', () => {
  let visitor: Visitor

  beforeEach(async () => {
    visitor = await visit()
  })

  afterEach(() => visitor.sandbox.close())

  it('shows a page on which a person picks an account and approves', async () => {
    const page = await visitor.get(`/oauth/authorize?${new URLSearchParams(consent()).toString()}`)
    const user = /name="user" value="([^"]+)" checked/.exec(page.body)?.[1] ?? ''
    const approved = await visitor.form('/calendly/oauth/authorize', {
      ...consent(),
      user,
      decision: 'approve',
    })

    assert.match(page.body, /Rita Host \(rita@acme\.test\)/)
    assert.equal(approved.status, 302)
    const to = new URL(approved.headers.get('location') ?? '')
    assert.equal(to.searchParams.get('state'), 'state of the browser')
    assert.equal((await visitor.exchange(to.searchParams.get('code') ?? '')).status, 200)
  })

  it('sends a person who denies back with access_denied and the state', async () => {
    const denied = await visitor.form('/calendly/oauth/authorize', {
      ...consent(),
      decision: 'deny',
    })

    const to = new URL(denied.headers.get('location') ?? '')
    assert.equal(to.searchParams.get('error'), 'access_denied')
    assert.equal(to.searchParams.get('state'), 'state of the browser')
  })

  it('never redirects to an address or client it does not know', async () => {
    const stranger = await visitor.authorize({ client_id: 'stranger' })
    const elsewhere = await visitor.authorize({ redirect_uri: 'http://elsewhere.test/callback' })

    assert.deepEqual([stranger.status, elsewhere.status], [400, 400])
  })

  it('refuses unknown scopes', async () => {
    const { to } = await visitor.authorize({ scope: 'users:read everything' })

    assert.equal(to.get('error'), 'invalid_scope')
  })

  it('takes a code once', async () => {
    const { to } = await visitor.authorize()
    const first = await visitor.exchange(to.get('code') ?? '')
    const second = await visitor.exchange(to.get('code') ?? '')

    assert.equal(first.status, 200)
    assert.deepEqual([second.status, second.body.error], [400, 'invalid_grant'])
  })

  it('lets a code die after ten minutes', async () => {
    const { to } = await visitor.authorize()
    await visitor.advance(601)

    assert.equal((await visitor.exchange(to.get('code') ?? '')).body.error, 'invalid_grant')
  })

  it('wants the redirect uri of the authorization again', async () => {
    const { to } = await visitor.authorize()
    const other = await visitor.exchange(to.get('code') ?? '', {
      redirect_uri: `${REDIRECT}/other`,
    })

    assert.equal(other.body.error, 'invalid_grant')
  })

  it('verifies PKCE S256 when it was begun', async () => {
    const { verifier, query } = pkce()
    const begun = () => visitor.authorize(query).then(({ to }) => to.get('code') ?? '')
    const wrong = await visitor.exchange(await begun(), { code_verifier: pkce().verifier })
    const none = await visitor.exchange(await begun())
    const right = await visitor.exchange(await begun(), { code_verifier: verifier })
    const plain = await visitor.authorize({ ...query, code_challenge_method: 'plain' })

    assert.deepEqual([wrong.status, none.status, right.status], [400, 400, 200])
    assert.equal(plain.to.get('error'), 'invalid_request')
  })

  it('requires PKCE of native clients, and wants no secret of them', async () => {
    const { verifier, query } = pkce()
    const client_id = 'sandbox-native-client'
    const without = await visitor.authorize({ client_id })
    const { to } = await visitor.authorize({ client_id, ...query })
    const answer = await visitor.form('/calendly/oauth/token', {
      grant_type: 'authorization_code',
      client_id,
      code: to.get('code') ?? '',
      redirect_uri: REDIRECT,
      code_verifier: verifier,
    })

    assert.equal(without.to.get('error'), 'invalid_request')
    assert.equal(answer.status, 200)
  })

  it('requires PKCE of every client when switched on', async () => {
    await visitor.fault({ kind: 'require-pkce' })

    assert.equal((await visitor.authorize()).to.get('error'), 'invalid_request')
  })

  it('authenticates clients by Basic, by form body and by JSON body', async () => {
    const codeOf = async () => (await visitor.authorize()).to.get('code') ?? ''
    const fields = { grant_type: 'authorization_code', redirect_uri: REDIRECT, ...CREDENTIALS }
    const basic = await visitor.exchange(await codeOf())
    const form = await visitor.form('/calendly/oauth/token', { ...fields, code: await codeOf() })
    const url = '/calendly/oauth/token'
    const json = await visitor.send('POST', url, { json: { ...fields, code: await codeOf() } })
    const wrong = await visitor.form(url, { ...fields, client_secret: 'no', code: await codeOf() })

    assert.deepEqual([basic.status, form.status, json.status], [200, 200, 200])
    assert.deepEqual([wrong.status, wrong.body.error], [401, 'invalid_client'])
  })

  it('issues a JWT-like token of two hours and names owner and organization', async () => {
    const tokens = await visitor.connect()
    const claims = JSON.parse(
      Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    )

    assert.equal(claims.exp - claims.iat, 7200)
    assert.deepEqual(Object.keys(claims), ['iss', 'iat', 'jti', 'user_uuid', 'app_uid', 'exp'])
    assert.match(tokens.refresh_token, /^[0-9a-f]{64}$/)
    assert.ok(tokens.owner.startsWith(`${visitor.api}/users/`))
    assert.ok(tokens.organization.startsWith(`${visitor.api}/organizations/`))
  })

  it('expires access tokens by the sandbox clock, while created_at stays wall time', async () => {
    const tokens = await visitor.connect()
    await visitor.advance(7201)
    const expired = await visitor.get('/users/me', tokens.access_token)
    const { body } = await visitor.refresh(tokens.refresh_token)

    assert.deepEqual([expired.status, expired.body.message], [401, 'The access token expired'])
    assert.ok(Math.abs(body.created_at - Date.now() / 1000) < 5)
  })

  it('issues tokens of another life when switched', async () => {
    await visitor.fault({ kind: 'access-token-seconds', value: 60 })
    const tokens = await visitor.connect()
    await visitor.advance(61)

    assert.equal(tokens.expires_in, 60)
    assert.equal((await visitor.get('/users/me', tokens.access_token)).status, 401)
  })

  it('tells invalid tokens from revoked ones', async () => {
    const tokens = await visitor.connect()
    await visitor.form('/calendly/oauth/revoke', { ...CREDENTIALS, token: tokens.access_token })
    const revoked = await visitor.get('/users/me', tokens.access_token)
    const invalid = await visitor.get('/users/me', 'nonsense')
    const none = await visitor.get('/users/me')

    assert.deepEqual(
      [revoked.body.message, invalid.body.message, none.body.message],
      [
        'The access token was revoked',
        'The access token is invalid',
        'The access token is invalid',
      ],
    )
  })

  it('rotates refresh tokens, and refuses a used one with 400 invalid_grant', async () => {
    const tokens = await visitor.connect()
    const first = await visitor.refresh(tokens.refresh_token)
    const again = await visitor.refresh(tokens.refresh_token)
    const next = await visitor.refresh(first.body.refresh_token)

    assert.notEqual(first.body.refresh_token, tokens.refresh_token)
    assert.deepEqual([again.status, again.body.error], [400, 'invalid_grant'])
    assert.equal(next.status, 200, 'the family lives on')
    assert.equal((await visitor.get('/users/me', tokens.access_token)).status, 200)
  })

  it('refuses used refresh tokens with 401 when switched', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'invalid-grant-status', value: 401 })
    await visitor.refresh(tokens.refresh_token)

    assert.equal((await visitor.refresh(tokens.refresh_token)).status, 401)
  })

  it('revokes the whole family on reuse when switched', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'token-mode', value: 'revoke_family' })
    const first = await visitor.refresh(tokens.refresh_token)
    await visitor.refresh(tokens.refresh_token)

    assert.equal((await visitor.refresh(first.body.refresh_token)).status, 400)
    assert.equal((await visitor.get('/users/me', first.body.access_token)).status, 401)
  })

  it('forgives reuse for a while when switched to grace', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'token-mode', value: 'grace:60' })
    await visitor.refresh(tokens.refresh_token)
    const soon = await visitor.refresh(tokens.refresh_token)
    await visitor.advance(61)
    const late = await visitor.refresh(tokens.refresh_token)

    assert.deepEqual([soon.status, late.status], [200, 400])
  })

  it('keeps refresh tokens alive when switched to reusable', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'token-mode', value: 'reusable' })
    const first = await visitor.refresh(tokens.refresh_token)
    const second = await visitor.refresh(tokens.refresh_token)

    assert.equal(first.body.refresh_token, tokens.refresh_token)
    assert.equal(second.status, 200)
  })

  it('uses a refresh token up even when the reply is lost', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'drop', route: 'POST /oauth/token', times: 1 })

    await assert.rejects(visitor.refresh(tokens.refresh_token))
    const again = await visitor.refresh(tokens.refresh_token)
    assert.equal(again.body.error, 'invalid_grant')
    const report = (await visitor.send('GET', '/control/calendly/tokens')).body.users
    const rita = report.find((row: { email: string }) => row.email === 'rita@acme.test')
    assert.deepEqual([rita.generation, rita.presented_again, rita.token_calls], [2, 1, 3])
  })

  it('allows eight token calls a minute and user', async () => {
    let { refresh_token } = await visitor.connect()
    for (let call = 2; call <= 8; call += 1) {
      refresh_token = (await visitor.refresh(refresh_token)).body.refresh_token
    }
    const ninth = await visitor.refresh(refresh_token)
    await visitor.advance(60)
    const later = await visitor.refresh(refresh_token)

    assert.equal(ninth.status, 429)
    assert.ok(Number(ninth.headers.get('x-ratelimit-reset')) > 0)
    assert.equal(later.status, 200)
  })

  it('introspects live and dead tokens', async () => {
    const tokens = await visitor.connect()
    const ask = (token: string) =>
      visitor.form('/calendly/oauth/introspect', { ...CREDENTIALS, token })
    const live = await ask(tokens.access_token)
    const dead = await ask('nonsense')
    const stranger = await visitor.form('/calendly/oauth/introspect', {
      token: tokens.access_token,
    })

    assert.equal(live.body.active, true)
    assert.equal(live.body.owner, tokens.owner)
    assert.deepEqual(dead.body, { active: false })
    assert.equal(stranger.status, 401)
  })

  it('revokes the one token presented, wants credentials in the body, and keeps hooks alive', async () => {
    const tokens = await visitor.connect()
    await visitor.subscribe(tokens, { url: 'https://hooks.test/kept' })
    const stranger = await visitor.form('/calendly/oauth/revoke', { token: tokens.refresh_token })
    const done = await visitor.form('/calendly/oauth/revoke', {
      ...CREDENTIALS,
      token: tokens.refresh_token,
    })

    assert.deepEqual([stranger.status, done.status, done.body], [403, 200, {}])
    assert.equal((await visitor.refresh(tokens.refresh_token)).status, 400)
    assert.equal((await visitor.get('/users/me', tokens.access_token)).status, 200)
    assert.equal((await visitor.hooks()).length, 1)
  })

  it('deletes hooks on revocation when switched', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'delete-hooks-on-revoke' })
    await visitor.subscribe(tokens, { url: 'https://hooks.test/gone' })
    await visitor.form('/calendly/oauth/revoke', { ...CREDENTIALS, token: tokens.access_token })

    assert.deepEqual(await visitor.hooks(), [])
  })

  it('kills every token of a user who takes the access of the app away', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'app-revoked', user: 'rita@acme.test' })

    const me = await visitor.get('/users/me', tokens.access_token)
    assert.equal(me.body.message, 'The access token was revoked')
    assert.equal((await visitor.refresh(tokens.refresh_token)).body.error, 'invalid_grant')
  })
})
