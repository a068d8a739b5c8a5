import type { FastifyInstance } from 'fastify'
import type { ApiDeps } from '../deps.ts'
import { soon } from '../ingress/soon.ts'

/** Probes: whether this process lives, and whether it can store. */
export async function healthRoutes(scope: FastifyInstance, deps: ApiDeps): Promise<void> {
  const { build, database, gateway, ingressStore } = deps

  scope.get('/health', () => ({
    status: 'ok',
    revision: build.revision,
    built_at: build.builtAt,
    migration: build.migration,
  }))

  /** Without Temporal we still accept and a relay starts the work later: degraded, not unready. */
  scope.get('/ready', async (_request, reply) => {
    const canStore = await soon(Promise.all([ingressStore.ping(), database.ping()])).then(
      () => true,
      () => false,
    )
    const temporal = await gateway.isReachable()
    const status = canStore ? (temporal ? 'ready' : 'degraded') : 'unready'
    return reply.code(canStore ? 200 : 503).send({ status, database: canStore, temporal })
  })
}
