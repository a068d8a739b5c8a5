import assert from 'node:assert/strict'
import { MockAgent } from 'undici'
import { createCalendly } from '../../providers/calendly/client.ts'
import { isProviderError, type ProviderError } from '../../providers/failures.ts'
import { createHttp } from '../../providers/http.ts'
import type { Provider } from '../../providers/provider.ts'
import { RITA } from './calendly-payloads.ts'

export const API = 'https://api.calendly.com'
export const AUTH = 'https://auth.calendly.com'
export const ORGANIZATION = `${API}/organizations/9b1d3f57-2468-4ace-9bdf-13579bdf0246`
export const ACCESS = { token: 'access-token-of-rita' }
export const ACCOUNT = { userUri: RITA, organizationUri: ORGANIZATION }

/** The clock of the client: 2026-11-21, noon. */
const NOW = Date.UTC(2026, 10, 21, 12)

/** A request as it would have left. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** Calendly's client over a network that answers what a test says, and nothing else. */
export interface CalendlyMock {
  readonly calendly: Provider
  readonly sent: readonly Sent[]
  /** Answers the next call with this. */
  answer(
    status: number,
    body?: unknown,
    where?: { origin?: string; headers?: Record<string, string> },
  ): void
  /** Fails where an answer was never asked for. */
  close(): Promise<void>
}

/** Opens a client whose every call must have been foreseen. */
export function openCalendlyMock(): CalendlyMock {
  const sent: Sent[] = []
  const agent = new MockAgent()
  agent.disableNetConnect()
  const calendly = createCalendly({
    http: createHttp({ allowLoopback: false, dispatcher: agent }),
    apiUrl: API,
    authUrl: AUTH,
    clientId: 'client',
    clientSecret: 'client-secret',
    now: () => NOW,
  })
  return {
    calendly,
    sent,
    answer: (status, body = '', { origin = API, headers = {} } = {}) =>
      agent
        .get(origin)
        .intercept({ path: () => true, method: () => true })
        .reply(({ method, path, headers: given, body: text }) => {
          sent.push({
            method: method ?? '',
            path,
            headers: given as Record<string, string>,
            body: typeof text === 'string' ? text : '',
          })
          const data = typeof body === 'string' ? body : JSON.stringify(body)
          return { statusCode: status, data, responseOptions: { headers } }
        }),
    close: async () => {
      agent.assertNoPendingInterceptors()
      await agent.close()
    },
  }
}

/** The error a call ends with; its text must be fit for anybody's eyes. */
export const errorOf = async (calling: Promise<unknown> | undefined): Promise<ProviderError> => {
  try {
    await calling
  } catch (error) {
    assert.ok(isProviderError(error), String(error))
    assert.equal(
      /access-token|refresh-token|client-secret|signing-key|the-code/.test(error.message),
      false,
    )
    return error
  }
  return assert.fail('no error')
}
