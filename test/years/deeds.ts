import { callJson } from '../../dev/demo/json-client.ts'

/** What people do to an account at the provider. */
export interface Deeds {
  readonly book: (now: number) => Promise<void>
  readonly move: (now: number) => Promise<void>
  readonly cancel: () => Promise<void>
  readonly mark: () => Promise<void>
  /** The provider gives up on our hook. */
  readonly disable: () => Promise<void>
  /** A booking whose delivery nobody ever makes. */
  readonly lose: (now: number) => Promise<void>
  /** The person takes our access away at the provider. */
  readonly revoke: () => Promise<void>
  /** How many hooks were ever made for the account, and how many stand. */
  readonly hooks: () => Promise<{ readonly made: number; readonly standing: readonly string[] }>
}

interface Play {
  readonly sandbox: string
  readonly account: string
  readonly chance: () => number
}

/** What may be done to this account; chance chooses whose booking it is. */
export function deedsOf({ sandbox, account, chance }: Play): Deeds {
  const active: string[] = []
  let booked = 0
  const post = <T>(path: string, json: unknown = {}): Promise<T> =>
    callJson<T>(`${sandbox}/control${path}`, { method: 'POST', json })
  const hooks = async () => {
    const answer = await callJson<{ hooks: HookLook[] }>(`${sandbox}/control/calendly/hooks`)
    return answer.hooks.filter(({ user_email }) => user_email === account)
  }
  // Within a fortnight from now, on the hour: what the fallback sync looks at.
  const soon = (now: number): string =>
    new Date((Math.ceil(now / HOUR) + 1 + Math.floor(chance() * 336)) * HOUR).toISOString()
  const taken = (): number => Math.floor(chance() * active.length)

  const book = async (now: number): Promise<void> => {
    booked += 1
    const invitee = { email: `pat-${booked}@prospect.test`, name: `Pat ${booked}` }
    const order = { user: account, invitee, start_time: soon(now) }
    active.push(idOf(await post<Made>('/calendly/bookings', order)))
  }

  return {
    book,
    move: async (now) => {
      const at = taken()
      if (active.length === 0) return
      const moved = await post<Made>(`/calendly/bookings/${active[at]}/reschedule`, {
        start_time: soon(now),
      })
      active[at] = idOf(moved)
    },
    cancel: async () => {
      const [id] = active.splice(taken(), 1)
      if (id !== undefined) await post(`/calendly/bookings/${id}/cancel`, { reason: 'ill' })
    },
    mark: async () => {
      const id = active[taken()]
      if (id !== undefined) await post(`/calendly/bookings/${id}/no-show`)
    },
    disable: async () => {
      for (const { uuid } of await hooks()) await post(`/calendly/hooks/${uuid}/disable`)
    },
    lose: async (now) => {
      await post('/faults', { provider: 'calendly', kind: 'lose', user: account, times: 1 })
      await book(now)
    },
    revoke: async () =>
      void (await post('/faults', { provider: 'calendly', kind: 'app-revoked', user: account })),
    hooks: async () => {
      const { routes } = await callJson<{ routes: RouteLook[] }>(`${sandbox}/control/requests`)
      const route = routes.find(
        (row) => row.route === 'POST /webhook_subscriptions' && row.user === account,
      )
      return { made: route?.statuses['201'] ?? 0, standing: (await hooks()).map((it) => it.state) }
    },
  }
}

const idOf = ({ invitee }: Made): string => invitee.uri.split('/').at(-1) ?? ''

const HOUR = 3_600_000

interface Made {
  readonly invitee: { readonly uri: string }
}

interface HookLook {
  readonly uuid: string
  readonly user_email: string
  readonly state: string
}

interface RouteLook {
  readonly route: string
  readonly user: string
  readonly statuses: Readonly<Record<string, number>>
}
