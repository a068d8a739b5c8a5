import type { Fields } from '../fields.ts'
import type { Http } from '../http.ts'
import type { Answered, AuthorizeRequest, OAuth, TokenPair } from '../provider.ts'
import { UnreadableError } from '../reading.ts'
import { answered } from '../answers.ts'
import { tokenRefusalOf } from './refusals.ts'

/** The least that hooks, sync and identification need: reference/calendly.md, section 2.6. */
const SCOPES = 'users:read webhooks:read webhooks:write scheduled_events:read'

/** Our registration at Calendly. */
export interface CalendlyApp {
  readonly authUrl: string
  /** Where it isn't the address above. */
  readonly issuer?: string | undefined
  readonly clientId: string
  readonly clientSecret: string
}

/** Consent and tokens of one Calendly app. */
export function createTokens(http: Http, app: CalendlyApp): OAuth {
  const origins = [new URL(app.authUrl).origin]
  const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')

  function authorizeUrl(request: AuthorizeRequest): string {
    const url = new URL(`${app.authUrl}/oauth/authorize`)
    url.search = new URLSearchParams({
      client_id: app.clientId,
      response_type: 'code',
      redirect_uri: request.redirectUri,
      scope: request.scope ?? SCOPES,
      state: request.state,
      code_challenge: request.codeChallenge,
      code_challenge_method: 'S256',
      ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
    }).toString()
    return url.href
  }

  async function grant(
    operation: string,
    form: Readonly<Record<string, string>>,
  ): Promise<Answered<TokenPair>> {
    const answer = await http.send({
      operation,
      origins,
      form,
      method: 'POST',
      url: `${app.authUrl}/oauth/token`,
      authorization: `Basic ${basic}`,
      isOnce: true,
    })
    if (answer.status < 200 || answer.status >= 300) throw tokenRefusalOf(operation, answer)
    return answered(operation, answer, readPair)
  }

  return {
    issuer: app.issuer ?? app.authUrl,
    authorizeUrl,
    exchangeCode: ({ code, codeVerifier, redirectUri }) =>
      grant('exchange code', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      }),
    refresh: ({ refreshToken }) =>
      grant('refresh token', { grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: async ({ token }) => {
      const operation = 'revoke token'
      const answer = await http.send({
        operation,
        origins,
        method: 'POST',
        url: `${app.authUrl}/oauth/revoke`,
        // Credentials go into the body here, not into Basic: reference/calendly.md, section 2.5.
        form: { client_id: app.clientId, client_secret: app.clientSecret, token },
      })
      if (answer.status >= 200 && answer.status < 300) return
      const refusal = tokenRefusalOf(operation, answer)
      if (refusal.kind !== 'grantDead') throw refusal
    },
  }
}

function readPair(fields: Fields): TokenPair {
  const expiresInSeconds = fields.maybeNumber('expires_in')
  if (expiresInSeconds === null || expiresInSeconds <= 0)
    throw new UnreadableError('badNumber', 'answer.expires_in')
  return {
    accessToken: fields.text('access_token'),
    refreshToken: fields.text('refresh_token'),
    expiresInSeconds,
    scope: fields.maybeText('scope'),
    ownerUri: fields.maybeUri('owner'),
    organizationUri: fields.maybeUri('organization'),
  }
}
