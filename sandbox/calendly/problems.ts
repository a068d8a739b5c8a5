import type { FastifyInstance, FastifyReply } from 'fastify'

export interface Detail {
  parameter?: string
  message: string
}

interface Answer {
  status: number
  body: object
}

/** An API error as Calendly words it; throw it anywhere below a route. */
export function problem(status: number, title: string, extra: { message: string }): Error {
  return Object.assign(new Error(title), { answer: { status, body: { title, ...extra } } })
}

/** 400 with the parameters that are wrong. */
export function invalidArgument(details: Detail[]): Error {
  const extra = { message: 'The supplied parameters are invalid.', details }
  return problem(400, 'Invalid Argument', extra)
}

/** 401: invalid, expired or was revoked. */
export function unauthenticated(what: 'is invalid' | 'expired' | 'was revoked'): Error {
  return problem(401, 'Unauthenticated', { message: `The access token ${what}` })
}

/** 403 for role or identity, and for the plan. */
export function permissionDenied(message: string): Error {
  return problem(403, 'Permission Denied', { message })
}

/** 403 of a token that lacks a scope. */
export function insufficientScope(required: string[]): Error {
  const message = "This operation requires the scopes listed in the 'required_scopes' array."
  const extra = { message, required_scopes: required }
  return problem(403, 'Insufficient scope', extra)
}

/** 404 of anything that is not there. */
export function notFound(): Error {
  const message = 'The server could not find the requested resource.'
  return problem(404, 'Resource Not Found', { message })
}

/** The body of a 500. */
export const UNEXPECTED = {
  title: 'Internal Server Error',
  message:
    'The server encountered an unexpected condition that prevented it from fulfilling the request.',
}

/** The body of a 429 is documented nowhere; clients must not rely on it. */
export const TOO_MANY = {
  title: 'Too Many Requests',
  message: 'You have reached the maximum number of requests allowed.',
}

/** Makes thrown problems, bad JSON and unknown routes answer in the provider's shape. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const answer = answerOf(error)
    if (answer !== undefined) return reply.code(answer.status).send(answer.body)
    if ((error.statusCode ?? 500) < 500) return sendProblem(reply, invalidArgument([]))
    request.log.error(error)
    return reply.code(500).send(UNEXPECTED)
  })
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, notFound()))
}

function sendProblem(reply: FastifyReply, error: Error) {
  const answer = answerOf(error)
  return reply.code(answer?.status ?? 500).send(answer?.body ?? UNEXPECTED)
}

function answerOf(error: Error): Answer | undefined {
  return (error as Error & { answer?: Answer }).answer
}
