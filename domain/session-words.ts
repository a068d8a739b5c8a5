import type { OccurrenceNote } from './recurrence.ts'

/** What people read about sessions and credits; the first two are also why an event waits. */
export const USER_NOT_FOUND = 'User not found'
export const NO_ACTIVE_PACKAGE = 'No active package'

/** Why a series was not made, with the numbers. */
export const notEnoughCredits = (needed: number, left: number): string =>
  `${needed} sessions need ${needed} credits, and this package has ${left} left. Nothing was booked.`

/** Why nothing can be paid by a package any more. */
export const PACKAGE_EXPIRED = 'This package has expired. Nothing was booked.'

/** Why credits can't be taken away. */
export const cannotTake = (taken: number, left: number): string =>
  `${taken} credits can't be taken away: this package has ${left} left.`

/** Why an expired package is not adjusted. */
export const EXPIRED_STAYS = 'This package has expired: make a new one instead.'

/** Why a session is not cancelled here. */
export const CANCEL_AT_PROVIDER = 'This session was booked at the provider: cancel it there.'
export const ALREADY_BEGUN = 'This session has already begun.'

/** What a preview says beneath its dates. */
export const NOTHING_BOOKED_ELSEWHERE =
  'These sessions are kept here only: nothing is booked in a calendar or at a provider.'

/** Why a credit moved, where no person said so. */
export const EXPIRED_BY_DATE = 'The package expired.'
export const RETURNED_TOO_LATE = 'Given back after the package had expired.'

/** What a preview says beside a date that differs from its rule. */
export const NOTE_WORDS: Readonly<Record<OccurrenceNote, string>> = {
  shifted: 'The clocks skip this time on that day: it begins as much later as they skip.',
  ambiguous: 'The clocks show this time twice on that day: it is the first of the two.',
  clamped: 'This month has no such day: it is on its last day.',
  fifthIsLast: 'This month has no fifth such weekday: it is on its last one.',
}

/** What a preview says beside a date whose time is taken; it can be booked all the same. */
export const CONFLICT_WORDS = {
  clientBusy: 'The client has another session at this time.',
  hostBusy: 'The host has another session at this time.',
} as const

/** Why a series can't be asked for like this. */
export const WEEKDAY_NEEDED = 'weekday is needed: the day of the week on which it repeats.'
export const DAY_OF_MONTH_MONTHLY = 'dayOfMonth goes with frequency monthly only.'
export const UNKNOWN_TIMEZONE = 'timezone is not one we know: name it as Europe/Paris.'
export const PACKAGE_OF_ANOTHER = 'packageId is not a package of this client.'
export const HOST_UNKNOWN = 'hostUserId is none of your colleagues.'
export const HOST_NOT_YOU = 'You can only give yourself as host.'
export const LONGER_THAN_PAID = 'durationMinutes is more than a session of this package lasts.'
export const STILL_MADE = 'This series is still being made: try again in a moment.'
export const NO_SUCH_SESSION = 'fromSessionId is no session of this series.'
export const SERIES_ELSEWHERE = 'This idempotencyKey belongs to another series.'

/** Why a client can't be made or changed like this. */
export const EMAIL_TAKEN = 'There is a client with this e-mail already.'
export const USER_TAKEN = 'userId signs in as another client already.'
export const NOT_A_CLIENT_USER = 'userId is nobody here with the role client.'
export const EXPIRES_IN_PAST = 'expiresAt has passed already.'
export const CHANGE_IS_ZERO = 'change must not be 0.'
