import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpProblem } from '../problems.ts'

/** Calendly's largest payloads are a few KB; a quarter of a megabyte is room for years. */
const WEBHOOK_BODY_BYTES = 256 * 1024

/** Calendly sends nine, a chain of proxies adds as many again; thousands are an attack. */
const HEADERS = 100

/** JSON as UTF-8 and nothing that merely begins like it. */
const JSON_TYPE = /^application\/json(?:\s*;\s*charset\s*=\s*"?utf-8"?)?\s*$/i

/**
 * Makes a scope hand over the body as the bytes that came, and refuse what is no JSON or is
 * compressed before any of it is read. No other parser exists in this scope.
 */
export function takeRawJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: WEBHOOK_BODY_BYTES },
    (_request, body, done) => done(null, body),
  )
  scope.addHook('onRequest', (request, _reply, done) => done(framingFault(request)))
}

function framingFault({ headers, raw }: FastifyRequest): Error | undefined {
  // Names and values in turn.
  if (raw.rawHeaders.length > 2 * HEADERS)
    return new HttpProblem('header-too-large', 'Send fewer headers.')
  const type = headers['content-type']
  if (type === undefined || !JSON_TYPE.test(type))
    return new HttpProblem('unsupported-media-type', 'Send application/json in UTF-8.')
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return new HttpProblem('unsupported-media-type', 'Send the body without compression.')
  return undefined
}

/** The bytes of the body; none came where the request had no body at all. */
export const rawBodyOf = (request: FastifyRequest): Uint8Array =>
  request.body instanceof Uint8Array ? request.body : EMPTY

const EMPTY = new Uint8Array(0)
