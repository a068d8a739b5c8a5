import type { FastifyInstance } from 'fastify'

interface Failure {
  status: number
  code: string
  details?: unknown
}

/** Which parameter is wrong, and why, as the validation of Cal.com says it. */
export interface Violation {
  property: string
  constraints: Record<string, string>
}

const CODES: Record<number, string> = {
  400: 'BadRequestException',
  401: 'UnauthorizedException',
  403: 'ForbiddenException',
  404: 'NotFoundException',
  409: 'ConflictException',
  429: 'ThrottlerException',
  500: 'InternalServerErrorException',
}

/** An API error as Cal.com words it; throw it anywhere below a route. */
export function problem(status: number, message: string): Error {
  const failure: Failure = { status, code: CODES[status] ?? 'HttpException' }
  return Object.assign(new Error(message), { failure })
}

/** 400 with everything that is wrong about the parameters. */
export function invalid(violations: Violation[]): Error {
  const error = problem(400, 'Bad Request Exception') as Error & { failure: Failure }
  error.failure.details = { errors: violations }
  return error
}

/** The body of an error, where no request is at hand to name its path. */
export function problemBody(error: Error, path: string): object {
  const { code, details } = failureOf(error)
  return {
    status: 'error',
    timestamp: new Date().toISOString(),
    path,
    error: { code, message: error.message, ...(details === undefined ? {} : { details }) },
  }
}

export const TOO_MANY = problem(429, 'ThrottlerException: Too Many Requests')
export const UNEXPECTED = problem(500, 'Internal server error')

/** Makes thrown problems, bad JSON and unknown routes answer in the provider's shape. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((thrown: Error & { statusCode?: number }, request, reply) => {
    const isOurs = 'failure' in thrown
    if (!isOurs && (thrown.statusCode ?? 500) >= 500) request.log.error(thrown)
    const other = (thrown.statusCode ?? 500) < 500 ? problem(400, thrown.message) : UNEXPECTED
    const error = isOurs ? thrown : other
    return reply.code(failureOf(error).status).send(problemBody(error, request.url))
  })
  app.setNotFoundHandler((request, reply) => {
    const error = problem(404, `Cannot ${request.method} ${request.url}`)
    return reply.code(404).send(problemBody(error, request.url))
  })
}

function failureOf(error: Error): Failure {
  return (error as Error & { failure?: Failure }).failure ?? { status: 500, code: CODES[500] ?? '' }
}
