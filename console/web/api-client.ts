import type {
  Client,
  ClientWish,
  Package,
  PackageWish,
  Preview,
  SeriesAnswer,
  SeriesWish,
  Session,
} from './coaching-records.ts'
import type {
  Explanation,
  Gap,
  InboundEvent,
  ParkedItem,
  RefusedDeliveries,
  ReplayAnswer,
} from './operation-records.ts'
import type {
  Attempt,
  ConnectedByKey,
  Debt,
  Integration,
  Me,
  Meeting,
  OperationAnswer,
  Page,
  Prospect,
} from './records.ts'

/** What an integration can be asked to do at once. */
export type IntegrationHint = 'reconcile' | 'sync' | 'refresh'

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

/**
 * Promises an API client that speaks with this token, to the origin that served the console only;
 * tells when the token is no longer taken.
 */
export function createApi(token: string, onRefused: () => void = () => {}) {
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
    if (response.status === 401) onRefused()
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
    connectCalcom: (wish: CalcomWish) =>
      ask<ConnectedByKey>('/api/integrations/calcom/connect', wish),
    integration: (id: string) => ask<Integration>(integrationPath(id)),
    explain: (id: string) => ask<Explanation>(`${integrationPath(id)}/explain`),
    hint: (id: string, what: IntegrationHint) => ask<object>(`${integrationPath(id)}/${what}`, {}),
    gaps: (id: string) => ask<Page<Gap>>(`/api/gaps?limit=20&integration_id=${id}`),
    events: (query: EventQuery, cursor?: string | null) =>
      ask<Page<InboundEvent>>(
        `${list('/api/events', cursor)}${parameter('status', query.status)}${parameter('integration_id', query.integrationId)}`,
      ),
    rejections: (cursor?: string | null) =>
      ask<Page<RefusedDeliveries>>(list('/api/rejections', cursor)),
    replay: (id: string, isDry: boolean) =>
      ask<ReplayAnswer>(`/api/events/${encodeURIComponent(id)}/replay?dry_run=${isDry}`, {}),
    parked: (cursor?: string | null) => ask<Page<ParkedItem>>(list('/api/parked', cursor)),
    settle: (id: string, how: 'retry' | 'drop') =>
      ask<object>(`/api/parked/${encodeURIComponent(id)}/${how}`, {}),
    clients: () => ask<Page<Client>>('/api/clients?limit=100'),
    addClient: (wish: ClientWish) => ask<Client>('/api/clients', wish),
    packages: () => ask<Page<Package>>('/api/packages?limit=100'),
    addPackage: (wish: PackageWish) => ask<Package>('/api/packages', wish),
    sessions: (cursor?: string | null) => ask<Page<Session>>(list('/api/sessions', cursor)),
    cancelSession: (id: string) =>
      ask<Session>(`/api/sessions/${encodeURIComponent(id)}/cancel`, {}),
    previewSeries: (wish: SeriesWish) => ask<Preview>('/api/sessions/recurring/preview', wish),
    makeSeries: (wish: SeriesWish & { readonly idempotencyKey: string }) =>
      ask<SeriesAnswer>('/api/sessions/recurring', wish),
    debts: () => ask<Page<Debt>>('/api/debts?limit=100'),
    forget: (id: string) => ask<object>(`${integrationPath(id)}/forget`, {}),
    act: (id: string, action: IntegrationAction) =>
      ask<OperationAnswer>(`${integrationPath(id)}/${action}`, {}),
  }
}

/** A key of the provider, or none and a webhook made by hand. */
export type CalcomWish = (
  | { readonly apiKey: string; readonly origin?: string }
  | { readonly webhookOnly: true }
) & {
  readonly scope?: Integration['scope']
  /** Without it a connection that exists keeps its own. */
  readonly purpose?: Purpose
}

/** What the bookings of a connection become. */
export type Purpose = 'sessions' | 'prospects'

/** Which events to list. */
export interface EventQuery {
  readonly status?: string | undefined
  readonly integrationId?: string | undefined
}

const parameter = (name: string, value: string | undefined) =>
  value === undefined ? '' : `&${name}=${encodeURIComponent(value)}`

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
