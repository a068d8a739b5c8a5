import type {
  FastifyBaseLogger,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import type { ProviderName } from '../../domain/provider-name.ts'
import { HttpProblem, problemBody, RETRY_AFTER_SECONDS } from '../problems.ts'
import type { Arrival } from './arrival.ts'
import { rawBodyOf, takeRawJson } from './framing.ts'
import type { Receiver, Reception } from './receiver.ts'
import type { RejectionCounter } from './rejections.ts'

export interface WebhookRoutesOptions {
  readonly provider: ProviderName
  readonly signatureHeader: string
  /** Routes without an endpoint, for hooks registered by hand or by older systems. */
  readonly sharedRoutes: readonly string[]
  readonly receiver: Receiver
  readonly rejections: RejectionCounter
}

/** The routes of one provider's deliveries: verify, store, answer, and only then start the work. */
export async function webhookRoutes(
  scope: FastifyInstance,
  options: WebhookRoutesOptions,
): Promise<void> {
  const { provider, receiver, rejections, sharedRoutes } = options
  // These lines hold ids of ours alone, so nothing is searched for secrets to hide.
  const log = scope.log.child({}, { redact: [] })
  takeRawJson(scope)
  scope.setErrorHandler<FastifyError, { Params: { endpoint?: string } }>((error, request) => {
    const reason = REASON_OF_STATUS[statusOf(error)]
    const { endpoint } = request.params
    if (reason !== undefined) rejections.count({ provider, endpoint, reason })
    throw error
  })

  scope.post<{ Params: { endpoint: string } }>(
    `/webhooks/${provider}/:endpoint(^[A-Za-z0-9_-]{22,64}$)`,
    async (request, reply) => {
      const { endpoint } = request.params
      const arrival = arrivalOf(request, options)
      const began = performance.now()
      try {
        const reception = await receiver.atEndpoint(endpoint, arrival)
        if (reception.kind === 'refused')
          rejections.count({ provider, endpoint, reason: reception.reason })
        if (isLate(reception)) rejections.count({ provider, endpoint, reason: 'late' })
        return answer(reply, reception, { provider, began, log })
      } catch (error) {
        return notStored(request, reply, error)
      }
    },
  )

  for (const path of sharedRoutes)
    scope.post(path, async (request, reply) => {
      const arrival = arrivalOf(request, options)
      const began = performance.now()
      try {
        const reception = await receiver.atSharedRoute(arrival)
        if (reception.kind === 'refused')
          rejections.count({ provider, endpoint: undefined, reason: reception.reason })
        return answer(reply, reception, { provider, began, log })
      } catch (error) {
        return notStored(request, reply, error)
      }
    })
}

/** What was wrong with the frame of a delivery that came no further. */
const REASON_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'framing',
  413: 'tooLarge',
  415: 'contentType',
  431: 'header',
}

const statusOf = (error: FastifyError | HttpProblem): number =>
  (error instanceof HttpProblem ? error.status : error.statusCode) ?? 500

const arrivalOf = (
  request: FastifyRequest,
  { signatureHeader }: Pick<WebhookRoutesOptions, 'signatureHeader'>,
): Arrival => ({
  signature: request.headers[signatureHeader],
  rawBody: rawBodyOf(request),
  userAgent: request.headers['user-agent'],
})

/** Authentic, and of an account that was left: answered, dropped, and counted for its people. */
const isLate = (reception: Reception): boolean =>
  reception.kind === 'taken' &&
  reception.stored !== 'unrouted' &&
  reception.stored.outcome === 'retired'

const OK = '{}'
/** One constant body for every refused signature: what was wrong is nobody's business. */
const REFUSED = JSON.stringify(problemBody('bad-signature', 'The delivery is not accepted.'))
const NOT_STORED = JSON.stringify(problemBody('unavailable', 'Deliver again in a few seconds.'))

function answer(
  reply: FastifyReply,
  reception: Reception,
  { provider, began, log }: { provider: ProviderName; began: number; log: FastifyBaseLogger },
): FastifyReply {
  if (reception.kind === 'refused')
    return reply.code(401).header('content-type', PROBLEM_TYPE).send(REFUSED)
  const { stored, setAside, reservation } = reception
  if (stored === 'unrouted') log.info({ provider }, 'kept unrouted')
  else if (stored.outcome === 'stored') {
    const { organizationId, integrationId, eventId } = stored
    const ms = Math.round(performance.now() - began)
    const ids = { event: eventId, integration: integrationId, ms }
    if (setAside === undefined) log.info(ids, 'verified and stored')
    else log.warn({ ...ids, reason: setAside }, 'verified and set aside')
    // After the commit and never awaited: what Temporal does is no concern of the caller.
    if (reservation)
      void reservation.start({ organizationId, eventId }, { provider, integrationId })
  } else {
    reservation?.release()
    if (stored.outcome === 'conflict')
      log.warn(
        { event: stored.eventId, integration: stored.integrationId, reason: 'conflict' },
        'verified and set aside',
      )
    else log.info({ provider, outcome: stored.outcome }, 'nothing new')
  }
  return reply.code(200).header('content-type', JSON_TYPE).send(OK)
}

function notStored(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  request.log.error({ err: error }, 'a delivery could not be stored')
  return reply
    .code(503)
    .header('retry-after', String(RETRY_AFTER_SECONDS))
    .header('content-type', PROBLEM_TYPE)
    .send(NOT_STORED)
}

const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'
