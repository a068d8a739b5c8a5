import { callJson } from './json-client.ts'
import { machineMs } from './machine-clock.ts'

export interface CalcomBookingJson {
  readonly provider: string
  /** Its uid at the provider. */
  readonly booking: string
  readonly email: string | null
  readonly user_email: string
  readonly status: string
  readonly start_time: string
}

export interface CalcomHookJson {
  readonly id: string
  readonly subscriberUrl: string
  readonly active: boolean
  readonly has_secret: boolean
  readonly user_email: string
}

/** The sandbox as Cal.com: the truth outside the system, and what can be done to it. */
export interface CalcomControl {
  readonly createUser: (user: { email: string; name: string }) => Promise<unknown>
  readonly issueKey: (user: string) => Promise<string>
  /** The booking's uid, and when it was in our hands. */
  readonly book: (
    user: string,
    invitee: { email: string; name: string },
  ) => Promise<{ readonly uid: string; readonly answeredAt: number }>
  readonly cancel: (uid: string) => Promise<void>
  readonly fault: (fault: Readonly<Record<string, unknown>>) => Promise<void>
  readonly hooksOf: (user: string) => Promise<readonly CalcomHookJson[]>
  readonly bookingsWith: (user: string) => Promise<readonly CalcomBookingJson[]>
}

/** The control API of the sandbox at this address. */
export function createCalcomControl(sandbox: string): CalcomControl {
  const post = <T>(path: string, json: unknown): Promise<T> =>
    callJson<T>(`${sandbox}/control${path}`, { method: 'POST', json })
  return {
    createUser: (user) => post('/calcom/users', user),
    async issueKey(user) {
      return (await post<{ api_key: string }>('/calcom/keys', { user })).api_key
    },
    async book(user, invitee) {
      const made = await post<{ booking: { uid: string } }>('/calcom/bookings', { user, invitee })
      return { uid: made.booking.uid, answeredAt: machineMs() }
    },
    cancel: async (uid) => void (await post(`/calcom/bookings/${uid}/cancel`, {})),
    fault: async (fault) => void (await post('/faults', { provider: 'calcom', ...fault })),
    async hooksOf(user) {
      const url = `${sandbox}/control/calcom/hooks`
      const { hooks } = await callJson<{ hooks: readonly CalcomHookJson[] }>(url)
      return hooks.filter((hook) => hook.user_email === user)
    },
    async bookingsWith(user) {
      const url = `${sandbox}/control/ledger`
      const { bookings } = await callJson<{ bookings: readonly CalcomBookingJson[] }>(url)
      return bookings.filter(
        (booking) => booking.provider === 'calcom' && booking.user_email === user,
      )
    },
  }
}
