import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { sendPage } from '../page.ts'
import type { Tampering } from '../tampering.ts'
import { authorizePage } from './authorize-page.ts'
import type { Calendly } from './context.ts'
import { findUser } from './context.ts'
import { SCOPES } from './oauth-app.ts'
import { hashOf } from './tokens.ts'
import type { User } from './world.ts'

type Form = Record<string, string | undefined>

/** Source: https://developer.calendly.com/how-to-access-calendly-data-on-behalf-of-authenticated-users */
const CODE_SECONDS = 600

/** `GET /oauth/authorize`, and the form a person answers on it. */
export function registerAuthorize(
  app: FastifyInstance,
  { calendly, tampering }: { calendly: Calendly; tampering: Tampering },
): void {
  app.get('/oauth/authorize', async (request, reply) => {
    const query = request.query as Form
    if (tampering.begin(request, reply, [query['login_hint'] ?? ''])) return reply
    const mistake = mistakeOf(calendly, query)
    if (mistake !== undefined) return refuse(reply, query, mistake)
    if (query['prompt'] !== 'none') {
      return sendPage(reply, authorizePage(calendly, query))
    }
    const user = findUser(calendly, query['login_hint'] ?? '')
    return user === undefined
      ? redirect(reply, query, { error: 'login_required' })
      : approve(calendly, reply, { query, user })
  })

  app.post('/oauth/authorize', async (request, reply) => {
    const form = (request.body ?? {}) as Form
    const mistake = mistakeOf(calendly, form)
    if (mistake !== undefined) return refuse(reply, form, mistake)
    if (form['decision'] !== 'approve') return redirect(reply, form, { error: 'access_denied' })
    const user = findUser(calendly, form['user'] ?? '')
    return user === undefined
      ? refuse(reply, form, { page: 'Pick an account first.' })
      : approve(calendly, reply, { query: form, user })
  })
}

type Mistake = { page: string } | { error: string }

function mistakeOf(calendly: Calendly, query: Form): Mistake | undefined {
  const { app } = calendly
  const { client_id, redirect_uri, code_challenge } = query
  if (client_id !== app.clientId && client_id !== app.nativeClientId) {
    return { page: 'This application is unknown.' }
  }
  if (!isAllowedRedirect(redirect_uri)) return { page: 'The redirect uri is not allowed.' }
  if (query['response_type'] !== 'code') return { error: 'unsupported_response_type' }
  const needsPkce = client_id === app.nativeClientId || calendly.read('requirePkce')
  if (needsPkce && code_challenge === undefined) return { error: 'invalid_request' }
  if (code_challenge !== undefined && query['code_challenge_method'] !== 'S256') {
    return { error: 'invalid_request' }
  }
  const isKnown = scopesOf(query).every((scope) => SCOPES.has(scope))
  return isKnown ? undefined : { error: 'invalid_scope' }
}

/** Apps of the vendor's Sandbox environment may redirect to localhost; all others need HTTPS. */
function isAllowedRedirect(uri: string | undefined): boolean {
  if (uri === undefined || !URL.canParse(uri)) return false
  const { protocol, hostname, hash } = new URL(uri)
  if (hash !== '') return false
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLocal)
}

function approve(
  calendly: Calendly,
  reply: FastifyReply,
  { query, user }: { query: Form; user: User },
) {
  const code = randomBytes(32).toString('base64url')
  calendly.world.codes.put({
    hash: hashOf(code),
    client: query['client_id'] ?? '',
    user: user.uuid,
    redirectUri: query['redirect_uri'] ?? '',
    scope: calendly.read('legacyScopes') ? 'default' : scopesOf(query).sort().join(' '),
    challenge: query['code_challenge'] ?? null,
    expiresAt: calendly.clock.now() + CODE_SECONDS * 1000,
    used: false,
  })
  return redirect(reply, query, { code })
}

function scopesOf(query: Form): string[] {
  return [...new Set((query['scope'] ?? '').split(' ').filter((scope) => scope !== ''))]
}

function refuse(reply: FastifyReply, query: Form, mistake: Mistake) {
  if ('error' in mistake) return redirect(reply, query, mistake)
  // Never back to an address that was not proven to be the app's.
  return sendPage(reply, { status: 400, title: 'Cannot authorize', body: `<p>${mistake.page}</p>` })
}

function redirect(reply: FastifyReply, query: Form, answer: Record<string, string>) {
  const url = new URL(query['redirect_uri'] ?? '')
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
  if (query['state'] !== undefined) url.searchParams.set('state', query['state'])
  return reply.redirect(url.href, 302)
}
