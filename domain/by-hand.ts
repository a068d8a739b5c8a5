import type { Health } from './integration-status.ts'

/** A webhook that a person made at the provider: we have no access to look at it with. */
export interface ByHand {
  /** Something authentic has come, be it a test. */
  readonly delivered: boolean
  /** Nothing has come for a day. */
  readonly isOverdue: boolean
  /** Where it must deliver to, as we told the person. */
  readonly callbackUrl: string | null
}

/** How such an integration is, in words: it never claims more than deliveries prove. */
export function healthByHand({ delivered, isOverdue }: ByHand): Health {
  if (delivered) return LIVE
  return isOverdue ? OVERDUE : WAITING
}

/** What a person has to do where we can do nothing. */
export const REMOVE_BY_HAND: Health = {
  status: 'disconnected',
  reason: 'The webhook was made by hand and still stands at the provider.',
  nextStep: 'Delete it there; until then its deliveries are dropped.',
}

// Each sentence stands in one piece: it is looked up as a whole where it is translated.
const LIVE: Health = {
  status: 'live',
  reason:
    'The last delivery was authentic. It was made by hand, so nothing is reconciled and nothing is synced.',
  nextStep: null,
}

const WAITING: Health = {
  status: 'waitingForFirstDelivery',
  reason:
    'No delivery has come yet. It was made by hand, so nothing is reconciled and nothing is synced.',
  nextStep: 'Press the ping test of the webhook at the provider.',
}

const OVERDUE: Health = {
  status: 'waitingForFirstDelivery',
  reason:
    'Nothing authentic has come for a day. It was made by hand, so nothing is reconciled and nothing is synced.',
  nextStep:
    'Check at the provider: the subscriber URL is exactly ours, the secret is ours, the webhook is on, the events are ticked, it has no payload template, and it belongs to whose bookings you expect. Then press its ping test, or connect again for a new secret.',
}
