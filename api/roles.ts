import type { FastifyInstance } from 'fastify'
import type { Authenticate } from './auth.ts'
import { requireIdentity } from './auth.ts'
import type { Role } from './tokens.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; a route that does not say is refused at start. */
    roles?: readonly Role[]
    /** A field of the answer that must not be kept for whoever repeats the request. */
    shownOnce?: string
  }
}

export const EVERYBODY: readonly Role[] = ['admin', 'member', 'client']
export const ADMINS: readonly Role[] = ['admin']
export const STAFF: readonly Role[] = ['admin', 'member']

/**
 * Makes every route of a scope know its caller. A route without roles does not start: nobody can
 * forget to say who may call it.
 */
export function useCaller(scope: FastifyInstance, authenticate: Authenticate): void {
  scope.addHook('onRoute', (route) => {
    // The answer to a browser's preflight carries no token, by design of CORS.
    if (route.method === 'OPTIONS') return
    const roles = route.config?.roles
    if (roles === undefined) throw new Error(`${route.url} does not say who may call it`)
    const check = requireIdentity(authenticate, roles)
    route.onRequest = [...[route.onRequest ?? []].flat(), check]
  })
}
