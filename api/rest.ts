import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authenticate } from './auth.ts'
import { identify } from './auth.ts'
import type { RestDeps } from './deps.ts'
import { useIdempotency } from './idempotency.ts'
import { HttpProblem } from './problems.ts'
import { useCaller } from './roles.ts'
import { apiKeyRoutes } from './routes/api-keys.ts'
import { auditRoutes } from './routes/audit.ts'
import { connectByKeyRoutes } from './routes/connect-by-key.ts'
import { clientRoutes } from './routes/clients.ts'
import { connectRoutes } from './routes/connect.ts'
import { debtRoutes } from './routes/debts.ts'
import { eraseRoutes } from './routes/erase.ts'
import { eventRoutes } from './routes/events.ts'
import { hookRoutes } from './routes/hooks.ts'
import { gapRoutes } from './routes/gaps.ts'
import { integrationRoutes } from './routes/integrations.ts'
import { legacyRoutes } from './routes/legacy.ts'
import { organizationRoutes } from './routes/organization.ts'
import { packageRoutes } from './routes/packages.ts'
import { parkedRoutes } from './routes/parked.ts'
import { prospectOwnerRoutes } from './routes/prospect-owner.ts'
import { recordRoutes } from './routes/records.ts'
import { rejectionRoutes } from './routes/rejections.ts'
import { recurringRoutes } from './routes/recurring.ts'
import { replayManyRoutes } from './routes/replay-many.ts'
import { replayRoutes } from './routes/replay.ts'
import { seriesRoutes } from './routes/series.ts'
import { sessionRoutes } from './routes/sessions.ts'

/** Ten requests a second, for minutes: more than a person's screen needs, less than a scan. */
const RATE_PER_MINUTE = 600

/** Everything behind a bearer token: known callers, their rate, their roles, then the routes. */
export async function restRoutes(scope: FastifyInstance, deps: RestDeps): Promise<void> {
  await scope.register(cors, {
    delegator: (request, decide) =>
      decide(null, {
        origin: isWebhook(request) ? false : deps.urls.appUrl,
        methods: ['GET', 'POST', 'PATCH', 'DELETE'],
        allowedHeaders: ['authorization', 'content-type', 'idempotency-key'],
        maxAge: 600,
      }),
  })
  await scope.register(rateLimit, {
    max: deps.options?.ratePerMinute ?? RATE_PER_MINUTE,
    timeWindow: '1 minute',
    keyGenerator: callerKey(deps.authenticate),
    errorResponseBuilder: (_request, { ttl }) =>
      new HttpProblem('too-many-requests', 'Wait a moment, then go on.', {
        retryAfterSeconds: Math.ceil(ttl / 1_000),
      }),
  })
  useCaller(scope, deps.authenticate)
  useIdempotency(scope, deps.database)
  for (const routes of ROUTES) await scope.register(routes, deps)
}

const ROUTES = [
  connectRoutes,
  connectByKeyRoutes,
  integrationRoutes,
  debtRoutes,
  gapRoutes,
  hookRoutes,
  recordRoutes,
  prospectOwnerRoutes,
  eventRoutes,
  replayRoutes,
  replayManyRoutes,
  parkedRoutes,
  organizationRoutes,
  apiKeyRoutes,
  auditRoutes,
  eraseRoutes,
  rejectionRoutes,
  clientRoutes,
  packageRoutes,
  recurringRoutes,
  sessionRoutes,
  seriesRoutes,
  legacyRoutes,
]

/**
 * Callers behind one address are many, so whoever is known counts by person. Until then it is the
 * address: a text that only looks like a token buys no allowance of its own.
 */
const callerKey =
  (authenticate: Authenticate) =>
  async (request: FastifyRequest): Promise<string> => {
    const identity = await identify(request, authenticate)
    return identity === undefined ? request.ip : `${identity.organizationId}/${identity.userId}`
  }

const isWebhook = ({ url }: { url?: string | undefined }): boolean =>
  /^\/(webhooks\/|calendly\/webhook|api\/calendly\/webhook|api\/webhooks\/)/.test(url ?? '')
