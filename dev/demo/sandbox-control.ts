import { callJson } from './json-client.ts'
import { machineMs } from './machine-clock.ts'

export interface HookJson {
  readonly uuid: string
  readonly uri: string
  readonly callback_url: string
  readonly state: string
  readonly retry_started_at: string | null
  readonly user_email: string
}

export interface BookingJson {
  readonly invitee: string
  readonly email: string
  readonly user_email: string
  readonly name: string
  readonly status: string
  readonly start_time: string
  readonly no_show: boolean
}

export interface DeliveryJson {
  readonly id: string
  readonly invitee: string
  readonly event: string
  readonly hook: string
  readonly status: number | null
  readonly outcome: string
}

export interface TokensJson {
  readonly user: string
  readonly email: string
  readonly live_access: number
  readonly live_refresh: number
  readonly generation: number
  /** Every token there ever was, by its hash alone. */
  readonly chain: readonly TokenJson[]
}

export interface TokenJson {
  readonly kind: 'access' | 'refresh' | 'personal'
  readonly generation: number
  readonly sha256: string
  /** Whatever is not `live` is refused. */
  readonly state: string
}

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly organization?: string
  readonly role?: 'owner' | 'admin' | 'user'
}

export interface Booked {
  /** The invitee's address at the provider. */
  readonly invitee: string
  /** When control's answer was in our hands, by the machine clock. */
  readonly answeredAt: number
}

/** The truth outside the system: what the sandbox knows, and what can be done to it. */
export interface SandboxControl {
  readonly createUser: (user: NewUser) => Promise<{ readonly uri: string }>
  readonly book: (user: string, invitee: { email: string; name: string }) => Promise<Booked>
  /** Cancels, moves or marks what this invitee booked. */
  readonly change: (
    inviteeUri: string,
    change: 'cancel' | 'reschedule' | 'no-show',
  ) => Promise<void>
  readonly fault: (fault: Readonly<Record<string, unknown>>) => Promise<void>
  readonly disableHook: (uuid: string) => Promise<void>
  readonly allHooks: () => Promise<readonly HookJson[]>
  readonly hooksOf: (email: string) => Promise<readonly HookJson[]>
  readonly tokensOf: (email: string) => Promise<TokensJson | undefined>
  /** How often each status was the answer to this route for this user. */
  readonly answersTo: (route: string, email: string) => Promise<Readonly<Record<string, number>>>
  readonly bookingsOf: (email: string) => Promise<readonly BookingJson[]>
  /** What was booked with this host. */
  readonly bookingsWith: (host: string) => Promise<readonly BookingJson[]>
  /** The delivery attempts about these invitees. */
  readonly deliveriesOf: (invitees: readonly string[]) => Promise<readonly DeliveryJson[]>
}

const HOW = { cancel: { reason: 'demo' }, reschedule: {}, 'no-show': {} } as const

interface Ledger {
  readonly bookings: readonly BookingJson[]
  readonly deliveries: readonly DeliveryJson[]
}

interface Traffic {
  readonly routes: readonly {
    readonly route: string
    readonly user: string
    readonly statuses: Readonly<Record<string, number>>
  }[]
}

/** The control API of the sandbox at this address. */
export function createSandboxControl(sandbox: string): SandboxControl {
  const get = <T>(path: string): Promise<T> => callJson<T>(`${sandbox}/control${path}`)
  const post = <T>(path: string, json: unknown): Promise<T> =>
    callJson<T>(`${sandbox}/control${path}`, { method: 'POST', json })
  const ledger = (): Promise<Ledger> => get('/ledger')
  const allHooks = async (): Promise<readonly HookJson[]> =>
    (await get<{ hooks: readonly HookJson[] }>('/calendly/hooks')).hooks
  return {
    createUser: (user) => post('/calendly/users', user),
    async book(user, invitee) {
      const made = await post<{ invitee: { uri: string } }>('/calendly/bookings', { user, invitee })
      return { invitee: made.invitee.uri, answeredAt: machineMs() }
    },
    async change(inviteeUri, change) {
      await post(`/calendly/bookings/${inviteeUri.split('/').at(-1)}/${change}`, HOW[change])
    },
    fault: async (fault) => void (await post('/faults', { provider: 'calendly', ...fault })),
    disableHook: async (uuid) => void (await post(`/calendly/hooks/${uuid}/disable`, {})),
    allHooks,
    hooksOf: async (email) => (await allHooks()).filter((hook) => hook.user_email === email),
    async tokensOf(email) {
      const { users } = await get<{ users: readonly TokensJson[] }>('/calendly/tokens')
      return users.find((user) => user.email === email)
    },
    async answersTo(route, email) {
      const { routes } = await get<Traffic>('/requests')
      return routes.find((row) => row.route === route && row.user === email)?.statuses ?? {}
    },
    async bookingsOf(email) {
      return (await ledger()).bookings.filter((booking) => booking.email === email)
    },
    async bookingsWith(host) {
      return (await ledger()).bookings.filter((booking) => booking.user_email === host)
    },
    async deliveriesOf(invitees) {
      return (await ledger()).deliveries.filter(({ invitee }) => invitees.includes(invitee))
    },
  }
}
