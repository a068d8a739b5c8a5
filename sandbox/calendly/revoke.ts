import type { FastifyInstance } from 'fastify'
import type { Tampering } from '../tampering.ts'
import type { Calendly } from './context.ts'
import { namesOf, uriOf } from './context.ts'
import { refusal, sendRefusal } from './refusals.ts'
import { deleteHooksOf, hashOf, revokeToken } from './tokens.ts'
import type { Token } from './world.ts'

type Form = Record<string, string | undefined>

/** `POST /oauth/revoke` and `/oauth/introspect`: credentials stand in the body, not in Basic. */
export function registerRevoke(
  app: FastifyInstance,
  { calendly, tampering }: { calendly: Calendly; tampering: Tampering },
): void {
  const { world } = calendly

  app.post('/oauth/revoke', async (request, reply) => {
    const form = (request.body ?? {}) as Form
    const found = find(form['token'])
    if (tampering.begin(request, reply, found.names)) return reply
    if (!isOurs(calendly, form))
      return sendRefusal(reply, { ...refusal('invalid_client'), status: 403 })
    if (form['token'] === undefined) return sendRefusal(reply, refusal('invalid_request'))
    if (found.token !== undefined) revokeToken(calendly, found.token)
    if (found.user !== undefined && calendly.read('deleteHooksOnRevoke')) {
      deleteHooksOf(calendly, found.user)
    }
    return reply.send({})
  })

  app.post('/oauth/introspect', async (request, reply) => {
    const form = (request.body ?? {}) as Form
    const { token, grant, user, names } = find(form['token'])
    if (tampering.begin(request, reply, names)) return reply
    if (!isOurs(calendly, form)) return sendRefusal(reply, refusal('invalid_client'))
    if (form['token'] === undefined) return sendRefusal(reply, refusal('invalid_request'))
    if (token === undefined || grant === undefined || !isLive(calendly, token)) {
      return reply.send({ active: false })
    }
    const issued = Math.floor(Date.parse(token.issuedAt) / 1000)
    return reply.send({
      active: true,
      scope: grant.scope,
      client_id: grant.client,
      token_type: 'Bearer',
      ...(token.expiresAt === null ? {} : { exp: expiryOf(calendly, token.expiresAt) }),
      iat: issued,
      owner: uriOf(calendly, `users/${grant.user}`),
      organization: uriOf(calendly, `organizations/${user?.organization ?? ''}`),
    })
  })

  function find(value: string | undefined) {
    const token = value === undefined ? undefined : world.tokens.get(hashOf(value))
    const grant = token === undefined ? undefined : world.grants.get(token.grant)
    const user = grant === undefined ? undefined : world.users.get(grant.user)
    return { token, grant, user, names: user === undefined ? [] : namesOf(calendly, user) }
  }
}

function isOurs({ app }: Calendly, form: Form): boolean {
  if (form['client_id'] === app.nativeClientId) return form['client_secret'] === undefined
  return form['client_id'] === app.clientId && form['client_secret'] === app.clientSecret
}

function isLive({ clock }: Calendly, token: Token): boolean {
  return token.state === 'live' && (token.expiresAt === null || token.expiresAt > clock.now())
}

/** Told in wall time: what is left by the sandbox's clock, from now. */
function expiryOf({ clock }: Calendly, expiresAt: number): number {
  return Math.floor((Date.now() + expiresAt - clock.now()) / 1000)
}
