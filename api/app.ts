import type { IncomingMessage } from 'node:http'
import cookie from '@fastify/cookie'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { createAuthenticate } from './auth.ts'
import { consoleRoutes } from './console.ts'
import type { ApiDeps, RestDeps } from './deps.ts'
import { useDocs } from './docs.ts'
import { ingressRoutes } from './ingress/routes.ts'
import { limitsOf } from './limits.ts'
import { notFound, useProblems } from './problems.ts'
import { openRealtime } from './realtime.ts'
import { restRoutes } from './rest.ts'
import { healthRoutes } from './routes/health.ts'
import { oauthRoutes } from './routes/oauth.ts'
import { oauthStartRoutes } from './routes/oauth-start.ts'
import { useAccessLog, useSecurityHeaders } from './security.ts'

/**
 * Builds the whole API without listening. The order is policy: the webhooks come
 * first, so that nothing that could shed or delay a signed delivery stands before them.
 */
export async function buildApp(deps: ApiDeps): Promise<FastifyInstance> {
  const { options = {} } = deps
  const limits = limitsOf(options.arrivalMs)
  const app = Fastify({
    ...limits,
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    http: { ...limits.http, shouldUpgradeCallback: isForSockets },
    trustProxy: options.trustProxy === undefined ? false : [...options.trustProxy],
    // Fastify's own lines name the query, which can hold a code; ours stand in security.ts.
    logController: new Fastify.LogController({ disableRequestLogging: true }),
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  useProblems(app)
  await app.register(ingressRoutes, deps)
  const authenticate = createAuthenticate(deps.database, deps.readToken)
  await app.register(peopleRoutes, { ...deps, authenticate })
  openRealtime(app, { ...deps, authenticate })
  return app
}

/**
 * Everything but the webhooks, in a scope of its own: what browsers and callers need at every
 * request (headers, cookies, a line in the log) costs a delivery nothing.
 */
async function peopleRoutes(scope: FastifyInstance, deps: RestDeps): Promise<void> {
  scope.setNotFoundHandler(notFound)
  useAccessLog(scope)
  await useSecurityHeaders(scope)
  await scope.register(cookie)
  await scope.register(healthRoutes, deps)
  await scope.register(oauthStartRoutes, deps)
  await scope.register(oauthRoutes, deps)
  await useDocs(scope)
  await scope.register(restRoutes, deps)
  await scope.register(consoleRoutes, { consolePath: deps.options?.consolePath })
}

/** Only sockets are upgraded; any other wish to upgrade is ignored and the request answered. */
const isForSockets = ({ url, headers }: IncomingMessage): boolean =>
  (url ?? '').startsWith('/socket.io') && headers.upgrade?.toLowerCase() === 'websocket'
