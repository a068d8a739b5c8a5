/** A person who can hold packages. */
export interface Client {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly timezone: string | null
}

/** What a person fills in for a new client. */
export interface ClientWish {
  readonly email: string
  readonly name: string | null
  readonly timezone: string | null
}

/** Prepaid credits of a client. */
export interface Package {
  readonly id: string
  readonly client_id: string
  readonly host_user_id: string
  readonly session_minutes: number
  readonly cut_off_hours: number
  readonly sessions_total: number
  readonly sessions_used: number
  readonly sessions_left: number
  readonly active: boolean
  readonly expires_at: string
}

/** What a person fills in for a new package. */
export interface PackageWish {
  readonly clientId: string
  readonly hostUserId: string
  readonly sessionsTotal: number
  readonly sessionMinutes: number
  readonly cutOffHours: number
  readonly expiresAt: string
}

/** A coaching slot paid by a credit. */
export interface Session {
  readonly id: string
  readonly client_id: string
  readonly series_id: string | null
  readonly provider: string | null
  readonly title: string | null
  readonly meeting_link: string | null
  readonly start_at: string
  readonly end_at: string
  readonly status: string
  readonly credit: string
  readonly no_show: boolean
  readonly updated_at: string
}

export const FREQUENCIES = ['weekly', 'biweekly', 'monthly'] as const
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

export type Frequency = (typeof FREQUENCIES)[number]
export type Weekday = (typeof WEEKDAYS)[number]

/** What a person fills in for a series. */
export interface SeriesWish {
  readonly clientId: string
  readonly packageId: string
  readonly hostUserId: string
  readonly frequency: Frequency
  readonly count: number
  readonly weekday?: Weekday
  readonly dayOfMonth?: number
  readonly time: string
  readonly timezone: string
  readonly startDate: string
}

/** The dates a series would have, and whether they can be paid. */
export interface Preview {
  readonly dates: readonly {
    readonly start_at: string
    readonly end_at: string
    readonly notes: readonly { readonly kind: string; readonly text: string }[]
  }[]
  readonly credits_needed: number
  readonly credits_left: number
  readonly can_be_paid: boolean
  readonly refusal: string | null
  readonly notice: string
}

/** A series and what it has made so far. */
export interface SeriesAnswer {
  readonly series: { readonly id: string; readonly status: string; readonly reason: string | null }
  readonly sessions: readonly Session[]
}
