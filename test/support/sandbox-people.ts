import { callJson } from '../../dev/demo/json-client.ts'

/** A hook as control shows it. */
export interface StandingHook {
  readonly uuid: string
  readonly uri: string
  readonly callback_url: string
  readonly state: string
  readonly user_email: string
  readonly key_fingerprint: string | null
}

interface LiveTokens {
  readonly email: string
  readonly live_access: number
  readonly live_refresh: number
}

interface Route {
  readonly route: string
  readonly count: number
  readonly statuses: Readonly<Record<string, number>>
}

/** The sandbox process, as somebody outside of everything else sees it. */
export interface Witness {
  readonly addAccount: (email: string) => Promise<void>
  /** Books with an account; answers the invitee's address. */
  readonly book: (account: string, invitee: string) => Promise<string>
  readonly revokeApp: (account: string) => Promise<void>
  readonly hooks: (account?: string) => Promise<StandingHook[]>
  /** Access and refresh tokens that still work. */
  readonly liveTokens: (account: string) => Promise<[number, number]>
  /** How many answers had this status. */
  readonly answered: (status: number) => Promise<number>
  /** How often a route was asked for, by anybody. */
  readonly asked: (route: string) => Promise<number>
}

/** The witness of the sandbox at this address. */
export function witnessOf(sandbox: string): Witness {
  const get = <T>(path: string): Promise<T> => callJson<T>(`${sandbox}/control${path}`)
  const post = <T>(path: string, json: unknown): Promise<T> =>
    callJson<T>(`${sandbox}/control${path}`, { method: 'POST', json })
  const routes = async (): Promise<Route[]> => (await get<{ routes: Route[] }>('/requests')).routes
  return {
    addAccount: async (email) =>
      void (await post('/calendly/users', { email, name: email.split('@')[0] })),
    book: async (user, email) => {
      const invitee = { email, name: 'Pat Prospect' }
      const made = await post<{ invitee: { uri: string } }>('/calendly/bookings', { user, invitee })
      return made.invitee.uri
    },
    revokeApp: async (user) =>
      void (await post('/faults', { provider: 'calendly', kind: 'app-revoked', user })),
    hooks: async (account) => {
      const { hooks } = await get<{ hooks: StandingHook[] }>('/calendly/hooks')
      return hooks.filter(({ user_email }) => account === undefined || user_email === account)
    },
    liveTokens: async (account) => {
      const { users } = await get<{ users: LiveTokens[] }>('/calendly/tokens')
      const found = users.find(({ email }) => email === account)
      return [found?.live_access ?? 0, found?.live_refresh ?? 0]
    },
    answered: async (status) =>
      (await routes()).reduce((sum, { statuses }) => sum + (statuses[String(status)] ?? 0), 0),
    asked: async (route) =>
      (await routes())
        .filter((row) => row.route === route)
        .reduce((sum, { count }) => sum + count, 0),
  }
}
