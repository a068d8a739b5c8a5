import type { FastifyInstance } from 'fastify'
import type { Calendly } from './context.ts'
import { isEventOf } from './event-families.ts'
import type { Gate } from './gate.ts'
import { checkReach, scopeOf } from './hook-access.ts'
import { readParameters } from './parameters.ts'
import { invalidArgument } from './problems.ts'
import { samplePayload } from './sample-payloads.ts'

/**
 * `GET /sample_webhook_data`: a bare envelope, without `resource`. Its refusals are not known one
 * by one: here they are those of a listing of the same scope.
 */
export function registerSample(
  app: FastifyInstance,
  { calendly, gate }: { calendly: Calendly; gate: Gate },
): void {
  app.get('/sample_webhook_data', { onRequest: gate.open('webhooks:read') }, async (request) => {
    const query = readParameters(request.query, {
      required: ['event', 'organization', 'scope'],
      optional: ['user', 'group'],
    })
    const caller = gate.callerOf(request)
    const event = String(query['event'])
    if (!isEventOf(event, scopeOf(query['scope']))) {
      throw invalidArgument([{ parameter: 'event', message: 'is not included in the list' }])
    }
    checkReach(calendly, caller, query)
    return {
      event,
      created_at: `${new Date().toISOString().slice(0, 19)}.000000Z`,
      created_by: caller.uri,
      payload: samplePayload(calendly, event, caller.user),
    }
  })
}
