import type {
  Attempt,
  Debt,
  Integration,
  Me,
  Meeting,
  OperationAnswer,
  Page,
  Prospect,
} from './records.ts'

/** What a person can ask of an existing integration. */
export type IntegrationAction = 'reconnect' | 'disconnect' | 'pause' | 'resume'

/** A request the API refused, in its own words. */
export class ApiProblem extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'ApiProblem'
    this.status = status
  }
}

/** The API as this console uses it. */
export type Api = ReturnType<typeof createApi>

/** Promises an API client that speaks with this token, to the origin that served the console only. */
export function createApi(token: string) {
  async function ask<Answer>(path: string, body?: object): Promise<Answer> {
    const response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'error',
    })
    if (!response.ok) throw await problemOf(response)
    return (await response.json()) as Answer
  }

  return {
    me: () => ask<Me>('/api/me'),
    integrations: () => ask<Page<Integration>>('/api/integrations'),
    prospects: (cursor?: string | null) => ask<Page<Prospect>>(list('/api/prospects', cursor)),
    meetings: (cursor?: string | null) => ask<Page<Meeting>>(list('/api/meetings', cursor)),
    attempt: (id: string) => ask<Attempt>(`/api/connect-attempts/${encodeURIComponent(id)}`),
    connectCalendly: (scope: 'user' | 'organization') =>
      ask<OperationAnswer>('/api/integrations/calendly/connect', { scope }),
    debts: () => ask<Page<Debt>>('/api/debts?limit=100'),
    forget: (id: string) => ask<object>(`${integrationPath(id)}/forget`, {}),
    act: (id: string, action: IntegrationAction) =>
      ask<OperationAnswer>(`${integrationPath(id)}/${action}`, {}),
  }
}

/** Enough for one screen; more comes on request. */
const PAGE_SIZE = 50

const list = (path: string, cursor?: string | null) =>
  `${path}?limit=${PAGE_SIZE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`

const integrationPath = (id: string) => `/api/integrations/${encodeURIComponent(id)}`

async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => undefined)
  const { detail, title } = (body ?? {}) as { detail?: unknown; title?: unknown }
  const words = [detail, title].filter((it) => typeof it === 'string')
  return new ApiProblem(response.status, words[0] ?? `HTTP ${response.status}`)
}
