import { healthByHand, REMOVE_BY_HAND } from './by-hand.ts'
import { healthIn } from './incident-words.ts'
import type { Health } from './integration-status.ts'
import { healthAfterLeaving } from './owner-cleanup.ts'
import type { OwnerState, Refusal } from './owner-state.ts'

/** Why the grant no longer works, or null while it does. */
export function deathOf({ facts, dead }: OwnerState): string | null {
  if (facts === null) return null
  if (facts.token === null && facts.byHand != null) return null
  if (facts.token === null) return 'There is no access to the account.'
  if (facts.token.dead !== null) return facts.token.dead
  return dead?.generation === facts.token.generation ? dead.why : null
}

/**
 * Spec section 5: the provider listed our hook as active and is not retrying, and no incident is
 * open. A booking that should have been delivered and was not opens one, so a week without a
 * delivery is well as long as there was none to deliver.
 */
export const isHealthy = ({ hook, incident }: OwnerState): boolean =>
  hook.state === 'live' && !hook.retrying && incident === null

/** The status people are told, with its cause and the way on. */
export function healthOf(state: OwnerState): Health {
  const { facts, hook } = state
  if (facts === null) return { status: 'connecting', reason: null, nextStep: null }
  if (facts.wanted === 'disconnected')
    return facts.byHand == null ? healthAfterLeaving(state.cleanup) : REMOVE_BY_HAND
  if (facts.incoming) return { status: 'connecting', reason: state.trouble, nextStep: null }
  const death = deathOf(state)
  if (facts.wanted === 'paused')
    return death === null
      ? { status: 'paused', reason: 'Paused by a person.', nextStep: 'Resume to catch up.' }
      : { status: 'paused', reason: death, nextStep: 'Reconnect the account, then resume.' }
  if (facts.byHand != null) return healthByHand(facts.byHand)
  if (death !== null)
    return { status: 'needsReconnect', reason: death, nextStep: 'Reconnect the account.' }
  if (hook.state === 'refused' && hook.refusal !== null) return REFUSED[hook.refusal]
  if (state.syncRefusal !== null) return REFUSED[state.syncRefusal]
  if (hook.state === 'live' && state.incident !== null) return healthIn(state.incident)
  if (hook.state === 'live')
    return {
      status: 'live',
      reason: hook.retrying ? 'The provider is retrying deliveries to us.' : state.trouble,
      nextStep: null,
    }
  // It had worked before: bookings are fetched until the hook stands again.
  if (state.backfilled)
    return {
      status: 'polling',
      reason: state.trouble ?? 'The webhook is being made again.',
      nextStep: 'Nothing to do: it is tried again, and bookings are fetched meanwhile.',
    }
  return { status: 'connecting', reason: state.trouble, nextStep: null }
}

const REFUSED: Readonly<Record<Refusal, Health>> = {
  plan: {
    status: 'polling',
    reason: "The account's plan has no webhooks, so bookings are fetched every half hour.",
    nextStep: 'Upgrade the plan at the provider; the webhook is then made by itself.',
  },
  scope: {
    status: 'needsScope',
    reason: 'The account granted too few permissions for webhooks.',
    nextStep: 'Reconnect and approve all requested permissions.',
  },
  role: {
    status: 'needsAdmin',
    reason: "The account's role may not create this webhook.",
    nextStep: 'Ask an owner or admin of the provider organization to connect.',
  },
  moved: {
    status: 'needsReconnect',
    reason: 'The account has left the organization that it was connected in.',
    nextStep: 'Reconnect the account to go on with it as it is now.',
  },
  request: {
    status: 'failed',
    reason: 'The provider calls our request for a webhook wrong.',
    nextStep:
      'Show the decisions on this page to whoever runs this installation; it is tried again.',
  },
}
