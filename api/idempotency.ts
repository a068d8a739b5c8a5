import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Database } from '../db/database.ts'
import { beginIdempotent, finishIdempotent, forgetIdempotent } from '../db/idempotency.ts'
import { callerOf } from './auth.ts'
import { HttpProblem } from './problems.ts'

interface Begun {
  readonly userId: string
  readonly route: string
  readonly key: string
}

/** What runs under a key now, and the name that it shares with its repetitions only. */
const running = new WeakMap<FastifyRequest, { readonly begun: Begun; readonly name: string }>()

/** Printable and short: the key is stored beside the answer. */
const KEY = /^[\x21-\x7e]{1,200}$/

/**
 * A POST with an `Idempotency-Key` has its effect once: repeated, it gets the first answer again.
 * The same key with another request is refused, and one that is still running is told so.
 */
export function useIdempotency(scope: FastifyInstance, database: Database): void {
  scope.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (request.method !== 'POST' || key === undefined) return undefined
    if (typeof key !== 'string' || !KEY.test(key))
      throw new HttpProblem('bad-request', 'Idempotency-Key is one printable text up to 200.')
    const { organizationId, userId } = callerOf(request)
    const begun = { userId, route: `${request.method} ${request.url}`, key }
    const requestHash = createHash('sha256')
      .update(JSON.stringify(request.body ?? null))
      .digest()
    const earlier = await database.withTenant(organizationId, (tx) =>
      beginIdempotent(tx, { ...begun, requestHash }),
    )
    if (earlier === 'mismatch')
      throw new HttpProblem('idempotency-mismatch', 'Use a new key for a new request.')
    if (earlier === 'running')
      throw new HttpProblem('conflict', 'The first request with this key is still running.')
    if (earlier === 'new') {
      running.set(request, { begun, name: nameOf(organizationId, begun, requestHash) })
      return undefined
    }
    return reply
      .code(earlier.status)
      .header('idempotent-replayed', 'true')
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify(earlier.response))
  })

  scope.addHook('onSend', async (request, reply, payload) => {
    const found = running.get(request)
    if (found === undefined) return payload
    running.delete(request)
    const { begun } = found
    const { organizationId } = callerOf(request)
    const isKept = reply.statusCode < 300 && typeof payload === 'string'
    await database.withTenant(organizationId, (tx) =>
      isKept
        ? finishIdempotent(tx, {
            ...begun,
            status: reply.statusCode,
            response: keepable(payload, request.routeOptions.config.shownOnce),
          })
        : // What failed had no effect: the same key may try again.
          forgetIdempotent(tx, begun),
    )
    return payload
  })
}

/**
 * The name of a request with an `Idempotency-Key`, the same each time it is made: an effect kept
 * under it is found by the next try, also where the process died before it kept the answer.
 */
export const repeatableName = (request: FastifyRequest): string | undefined =>
  running.get(request)?.name

const nameOf = (organizationId: string, begun: Begun, requestHash: Buffer): string =>
  createHash('sha256')
    .update(JSON.stringify([organizationId, begun.userId, begun.route, begun.key]))
    .update(requestHash)
    .digest('hex')

/** The answer as it may be kept: a secret is shown to who asked first, then to nobody. */
function keepable(payload: string, shownOnce: string | undefined): unknown {
  const answer = JSON.parse(payload) as object
  return shownOnce === undefined ? answer : { ...answer, [shownOnce]: null }
}
