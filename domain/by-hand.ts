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
  if (delivered)
    return {
      status: 'live',
      reason: `The last delivery was authentic. ${NOTHING_ELSE}`,
      nextStep: null,
    }
  return {
    status: 'waitingForFirstDelivery',
    reason: isOverdue
      ? `Nothing authentic has come for a day. ${NOTHING_ELSE}`
      : `No delivery has come yet. ${NOTHING_ELSE}`,
    nextStep: isOverdue ? CHECKS : 'Press the ping test of the webhook at the provider.',
  }
}

/** What a person has to do where we can do nothing. */
export const REMOVE_BY_HAND: Health = {
  status: 'disconnected',
  reason: 'The webhook was made by hand and still stands at the provider.',
  nextStep: 'Delete it there; until then its deliveries are dropped.',
}

const NOTHING_ELSE =
  'It was made by hand, so nothing is reconciled and nothing is synced: what is not delivered is missed.'

const CHECKS = [
  'Check at the provider: the subscriber URL is the one we gave, to the last character;',
  'the secret is the one we gave; the webhook is switched on and the events are ticked;',
  'there is no payload template of its own;',
  'it belongs to the person, team or event type whose bookings you expect.',
  'Then press its ping test. If the secret is lost, connect again for a new one.',
].join(' ')
