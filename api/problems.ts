import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DatabaseUnavailable, Unstorable } from '../db/errors.ts'

/** A request that is refused, in words the caller may read. */
export class HttpProblem extends Error {
  readonly status: number
  readonly kind: ProblemKind
  readonly retryAfterSeconds: number | undefined

  constructor(kind: ProblemKind, detail: string, options: { retryAfterSeconds?: number } = {}) {
    super(detail)
    this.name = 'HttpProblem'
    this.kind = kind
    this.status = PROBLEMS[kind].status
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** Every problem this API can answer; the key is the stable end of its `type`. */
export const PROBLEMS = {
  'bad-request': { status: 400, title: 'The request can not be understood' },
  'invalid-input': { status: 400, title: 'The request has mistakes' },
  'bad-signature': { status: 401, title: 'The signature is not accepted' },
  unauthenticated: { status: 401, title: 'Who calls is not known' },
  forbidden: { status: 403, title: 'Your role may not do this' },
  'not-found': { status: 404, title: 'There is nothing here for you' },
  conflict: { status: 409, title: 'The present state does not allow this' },
  'not-enough-credits': { status: 409, title: 'The package can not pay for this' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'This kind of content is not accepted' },
  'header-too-large': { status: 431, title: 'The header is too large' },
  'idempotency-mismatch': { status: 422, title: 'This idempotency key belongs to another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'This can not be done right now' },
} as const satisfies Record<string, { status: number; title: string }>

/** A key of PROBLEMS. */
export type ProblemKind = keyof typeof PROBLEMS

/** A field of the request and what is wrong with it. */
export interface FieldError {
  readonly field: string
  readonly message: string
}

/** The body of a problem, RFC 9457. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly errors?: readonly FieldError[]
}

/** The body that tells a problem; `detail` must be safe for the caller to read. */
export function problemBody(
  kind: ProblemKind,
  detail: string,
  errors?: readonly FieldError[],
): ProblemBody {
  const { status, title } = PROBLEMS[kind]
  const body = { type: `urn:rendezvous:problem:${kind}`, title, status, detail }
  return errors === undefined ? body : { ...body, errors }
}

/** Answers with a problem. */
function sendProblem(reply: FastifyReply, body: ProblemBody): FastifyReply {
  return reply
    .code(body.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(body))
}

/** The one error handler: the caller gets safe words, the log gets the cause, once. */
export function useProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof HttpProblem) return sendHttpProblem(error, reply)
    if (error.validation !== undefined) return sendProblem(reply, invalidInput(error))
    if (error instanceof Unstorable)
      return sendProblem(reply, problemBody('bad-request', 'A value can not be stored.'))
    const kind = KIND_OF_STATUS[error.statusCode ?? 500]
    if (kind !== undefined) return sendProblem(reply, problemBody(kind, wordsFor(kind)))
    if (error instanceof DatabaseUnavailable) {
      request.log.error({ err: error }, 'the database does not answer')
      void reply.header('retry-after', String(RETRY_AFTER_SECONDS))
      return sendProblem(reply, problemBody('unavailable', 'Try again in a few seconds.'))
    }
    request.log.error({ err: error }, 'bug')
    return sendProblem(reply, problemBody('internal', 'The cause is in our log.'))
  })
}

/** The answer where no route is, or none that this caller may know of. */
export const notFound = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendProblem(reply, problemBody('not-found', 'No such thing, or not yours.'))

/** A restarting database needs seconds; asking sooner only adds to its load. */
export const RETRY_AFTER_SECONDS = 5

function sendHttpProblem(error: HttpProblem, reply: FastifyReply): FastifyReply {
  if (error.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(error.retryAfterSeconds))
  if (error.kind === 'unauthenticated') void reply.header('www-authenticate', 'Bearer')
  return sendProblem(reply, problemBody(error.kind, error.message))
}

function invalidInput(error: FastifyError): ProblemBody {
  const where = error.validationContext ?? 'request'
  const errors = (error.validation ?? []).map(({ instancePath, params, message }) => {
    const named = params['missingProperty'] ?? params['additionalProperty']
    const path = instancePath.split('/').filter((part) => part !== '')
    if (typeof named === 'string') path.push(named)
    return { field: path.join('.') || where, message: message ?? 'is not valid' }
  })
  const fields = errors.map(({ field }) => field).join(', ')
  return problemBody('invalid-input', `Please correct: ${fields} (in the ${where}).`, errors)
}

const KIND_OF_STATUS: Readonly<Record<number, ProblemKind>> = {
  400: 'bad-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  414: 'bad-request',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  503: 'unavailable',
}

const wordsFor = (kind: ProblemKind): string => `${PROBLEMS[kind].title}.`
