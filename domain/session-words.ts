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
