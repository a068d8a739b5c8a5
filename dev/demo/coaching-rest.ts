import { callJson } from './json-client.ts'

export interface SessionJson {
  readonly id: string
  readonly series_id: string | null
  readonly calcom_booking_id: string | null
  readonly provider: string | null
  readonly start_at: string
  readonly status: string
  readonly credit: string
}

export interface PackageJson {
  readonly id: string
  readonly sessions_total: number
  readonly sessions_used: number
  readonly sessions_left: number
}

export interface SeriesWish {
  readonly clientId: string
  readonly packageId: string
  readonly hostUserId: string
  readonly frequency: 'weekly'
  readonly count: number
  readonly weekday: string
  readonly time: string
  readonly timezone: string
  readonly startDate: string
}

interface Page<T> {
  readonly items: readonly T[]
}

/** Clients, packages and sessions as one coach sees them. */
export interface CoachingRest {
  readonly me: () => Promise<{ readonly user_id: string }>
  readonly connect: (
    apiKey: string,
  ) => Promise<{ attemptId: string; integrationId: string | null; outcome: string | null }>
  readonly addClient: (client: { email: string; name: string }) => Promise<{ readonly id: string }>
  readonly addPackage: (wish: {
    readonly clientId: string
    readonly hostUserId: string
    readonly sessionsTotal: number
  }) => Promise<PackageJson>
  readonly package: (id: string) => Promise<PackageJson>
  /** What each movement of a package's credits changed, the latest first. */
  readonly movements: (id: string) => Promise<readonly { readonly left_change: number }[]>
  readonly sessions: (clientId: string) => Promise<readonly SessionJson[]>
  readonly preview: (wish: SeriesWish) => Promise<{ dates: readonly { start_at: string }[] }>
  readonly makeSeries: (
    wish: SeriesWish & { readonly idempotencyKey: string },
  ) => Promise<{ readonly series: { readonly id: string } }>
}

/** A package lasts longer than any demo. */
const YEAR_MS = 365 * 86_400_000

/** REST of the system at this address, with a coach's token. */
export function createCoachingRest(api: string, token: string): CoachingRest {
  const get = <T>(path: string): Promise<T> => callJson<T>(`${api}/api${path}`, { token })
  const post = <T>(path: string, json: unknown): Promise<T> =>
    callJson<T>(`${api}/api${path}`, { method: 'POST', json, token })
  return {
    me: () => get('/me'),
    connect: (apiKey) => post('/integrations/calcom/connect', { apiKey }),
    addClient: (client) => post('/clients', client),
    addPackage: (wish) =>
      post('/packages', {
        ...wish,
        sessionMinutes: 60,
        cutOffHours: 24,
        expiresAt: new Date(Date.now() + YEAR_MS).toISOString(),
      }),
    package: (id) => get(`/packages/${id}`),
    movements: async (id) =>
      (await get<Page<{ left_change: number }>>(`/packages/${id}/ledger?limit=100`)).items,
    sessions: async (clientId) =>
      (await get<Page<SessionJson>>(`/sessions?limit=100&clientId=${clientId}`)).items,
    preview: (wish) => post('/sessions/recurring/preview', wish),
    makeSeries: (wish) => post('/sessions/recurring', wish),
  }
}
