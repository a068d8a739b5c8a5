import assert from 'node:assert/strict'
import {
  AUTH,
  ORGANIZATION,
  errorOf,
  type CalendlyMock,
  openCalendlyMock,
} from '../../support/calendly-mock.ts'
import { RITA } from '../../support/calendly-payloads.ts'

const pairOf = (told: object = {}) => ({
  token_type: 'Bearer',
  access_token: 'new-access',
  refresh_token: 'new-refresh',
  expires_in: 7200,
  scope: 'users:read',
  owner: RITA,
  organization: ORGANIZATION,
  ...told,
})

describe('Calendly tokens', () => {
  let mock: CalendlyMock

  beforeEach(() => {
    mock = openCalendlyMock()
  })

  afterEach(() => mock.close())

  it('sends a person to the consent page with all it takes', () => {
    const url = new URL(
      mock.calendly.oauth?.authorizeUrl({
        state: 's',
        codeChallenge: 'c',
        redirectUri: 'https://crm.test/oauth/calendly/callback',
        loginHint: 'rita@acme.test',
      }) ?? '',
    )

    assert.equal(url.origin + url.pathname, `${AUTH}/oauth/authorize`)
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      client_id: 'client',
      response_type: 'code',
      redirect_uri: 'https://crm.test/oauth/calendly/callback',
      scope: 'users:read webhooks:read webhooks:write scheduled_events:read',
      state: 's',
      code_challenge: 'c',
      code_challenge_method: 'S256',
      login_hint: 'rita@acme.test',
    })
  })

  it('exchanges a code for a pair of tokens', async () => {
    mock.answer(200, pairOf(), { origin: AUTH })

    const granted = await mock.calendly.oauth?.exchangeCode({
      code: 'the-code',
      codeVerifier: 'v',
      redirectUri: 'https://crm.test/cb',
    })

    assert.deepEqual(granted?.value, {
      accessToken: 'new-access',
      refreshToken: 'new-refresh',
      expiresInSeconds: 7200,
      scope: 'users:read',
      ownerUri: RITA,
      organizationUri: ORGANIZATION,
    })
    assert.equal(mock.sent[0]?.headers['authorization'], `Basic ${btoa('client:client-secret')}`)
    assert.deepEqual(Object.fromEntries(new URLSearchParams(mock.sent[0]?.body)), {
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: 'https://crm.test/cb',
      code_verifier: 'v',
    })
  })

  it('refreshes even where the answer leaves the organization out', async () => {
    mock.answer(200, pairOf({ organization: undefined }), { origin: AUTH })

    const granted = await mock.calendly.oauth?.refresh({ refreshToken: 'refresh-token' })

    assert.equal(granted?.value.organizationUri, null)
  })

  for (const [title, status, body, kind] of [
    ['400 invalid_grant', 400, { error: 'invalid_grant' }, 'grantDead'],
    ['401 invalid_grant', 401, { error: 'invalid_grant' }, 'grantDead'],
    ['401 invalid_client', 401, { error: 'invalid_client' }, 'invalid'],
    ['429', 429, {}, 'rateLimited'],
    ['503', 503, 'busy', 'unavailable'],
    ['500 that says invalid_grant', 500, { error: 'invalid_grant' }, 'unavailable'],
    ['200 with a broken body', 200, '{"access_token":"x', 'unclear'],
    ['200 without a refresh token', 200, { access_token: 'x', expires_in: 7200 }, 'unclear'],
    [
      '200 that lives for no time',
      200,
      { access_token: 'x', refresh_token: 'y', expires_in: 0 },
      'unclear',
    ],
  ] as const)
    it(`tells a refresh answered ${title} as ${kind}`, async () => {
      mock.answer(status, body, { origin: AUTH })

      const error = await errorOf(mock.calendly.oauth?.refresh({ refreshToken: 'refresh-token' }))

      assert.equal(error.kind, kind)
    })

  it('revokes with the credentials in the body, and is content with a dead token', async () => {
    mock.answer(200, {}, { origin: AUTH })
    mock.answer(400, { error: 'invalid_grant' }, { origin: AUTH })

    await mock.calendly.oauth?.revoke({ token: 'access-token' })
    await mock.calendly.oauth?.revoke({ token: 'access-token' })

    assert.equal(
      mock.sent[0]?.body,
      'client_id=client&client_secret=client-secret&token=access-token',
    )
  })
})
