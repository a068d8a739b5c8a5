import { Agent, type Dispatcher, request } from 'undici'
import { callFault } from './addresses.ts'
import { ProviderError, type RateBudget } from './failures.ts'
import { checkedLookup, type Resolve } from './lookup.ts'
import { budgetOf, retryAfterOf } from './rate.ts'
import { watched } from './watched.ts'

/** Establishing a connection takes a round trip or two; longer means nobody is there. */
const CONNECT_MS = 5_000

/** A person may be waiting: a job of the owner has as long, all its steps together. */
const TOTAL_MS = 8_000

/** A hundred bookings have about 300 KB. */
const LARGEST_BODY = 1_048_576

/** What the one door out needs. */
export interface HttpDeps {
  /** True only where all of our own addresses are local too. */
  readonly allowLoopback: boolean
  readonly totalMs?: number
  /** For tests: answers instead of the network. */
  readonly dispatcher?: Dispatcher
  /** For tests: resolves names instead of the system. */
  readonly resolve?: Resolve
}

/** One call. `operation` names it in errors and must hold no secret. */
export interface HttpCall {
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  /** The only origins it may go to; nothing else ever sees the authorization. */
  readonly origins: readonly string[]
  readonly authorization?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  /**
   * For what works once: over a connection of its own, since a kept one may turn out closed only
   * after the request has left.
   */
  readonly isOnce?: boolean
}

/** What came back, whatever the status. `body` is undefined where there was none or no JSON. */
export interface HttpAnswer {
  readonly status: number
  readonly body: unknown
  readonly rate: RateBudget | null
  readonly retryAfterMs: number | undefined
}

/** The one door out to providers. */
export interface Http {
  /** Sends one request, once, and follows nothing. No answer is a ProviderError. */
  send(call: HttpCall): Promise<HttpAnswer>
  close(): Promise<void>
}

/** Opens the door: allow-listed origins, checked addresses, bounded time and size. */
export function createHttp(deps: HttpDeps): Http {
  const kept = deps.dispatcher ?? agent(deps, {})
  const fresh = deps.dispatcher ?? agent(deps, { pipelining: 0 })
  const totalMs = deps.totalMs ?? TOTAL_MS

  async function send(call: HttpCall): Promise<HttpAnswer> {
    refuseForbidden(call, deps.allowLoopback)
    const [dispatcher, fate] = watched(call.isOnce === true ? fresh : kept)
    let response: Dispatcher.ResponseData
    try {
      response = await request(call.url, {
        dispatcher,
        method: call.method,
        headers: headersOf(call),
        body: bodyOf(call),
        headersTimeout: totalMs,
        bodyTimeout: totalMs,
        signal: AbortSignal.timeout(totalMs),
      })
    } catch (cause) {
      throw noAnswer(call, { cause, hasLeft: fate.hasLeft })
    }
    return answerOf(call, response)
  }

  return {
    send,
    close: async () => {
      if (deps.dispatcher === undefined) await Promise.all([kept.close(), fresh.close()])
    },
  }
}

const agent = ({ allowLoopback, resolve }: HttpDeps, options: Agent.Options): Agent =>
  new Agent({
    ...options,
    allowH2: false,
    connect: { timeout: CONNECT_MS, lookup: checkedLookup({ allowLoopback, resolve }) },
  })

function refuseForbidden({ operation, url, origins }: HttpCall, allowLoopback: boolean): void {
  const fault = callFault(url, { origins, allowLoopback })
  if (fault === undefined) return
  const text = `${operation}: not sent, the address is not the provider's (${fault}). Check where it came from.`
  throw new ProviderError({ kind: 'forbiddenOrigin', text })
}

function noAnswer(
  { operation }: HttpCall,
  { cause, hasLeft }: { cause: unknown; hasLeft: boolean },
): ProviderError {
  if (hasLeft)
    return new ProviderError({
      kind: 'unclear',
      text: `${operation}: sent, but no answer came. It may have been done; look before repeating it.`,
      cause,
    })
  return new ProviderError({
    kind: 'unsent',
    text: `${operation}: the provider could not be reached, nothing was sent. Try again later.`,
    cause,
  })
}

async function answerOf(call: HttpCall, response: Dispatcher.ResponseData): Promise<HttpAnswer> {
  const { statusCode: status, headers } = response
  const rate = budgetOf(headers)
  const text = await textOf(response).catch((cause: unknown) => {
    // A refusal is one by its status; of a success we would not know what was done.
    if (status >= 300) return ''
    throw unusable(call, { status, rate, cause })
  })
  if (text === '') return { status, rate, body: undefined, retryAfterMs: retryAfterOf(headers) }
  const body = parsed(text)
  if (body === undefined && status < 300) throw unusable(call, { status, rate, cause: undefined })
  return { status, rate, body, retryAfterMs: retryAfterOf(headers) }
}

const unusable = (
  { operation }: HttpCall,
  facts: { status: number; rate: RateBudget | null; cause: unknown },
): ProviderError =>
  new ProviderError({
    ...facts,
    kind: 'unclear',
    text: `${operation}: answered ${facts.status} with a body that can't be used. It may have been done; look before repeating it.`,
  })

async function textOf({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) throw new RangeError('The answer is larger than any we asked for.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function headersOf(call: HttpCall): Record<string, string> {
  const type = call.form === undefined ? 'application/json' : 'application/x-www-form-urlencoded'
  return {
    accept: 'application/json',
    'user-agent': 'Rendezvous',
    ...(call.json === undefined && call.form === undefined ? {} : { 'content-type': type }),
    ...(call.authorization === undefined ? {} : { authorization: call.authorization }),
    ...call.headers,
  }
}

function bodyOf({ json, form }: HttpCall): string | null {
  if (form !== undefined) return new URLSearchParams(form).toString()
  return json === undefined ? null : JSON.stringify(json)
}
