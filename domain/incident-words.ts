import type { Incident, IncidentKind } from './incident.ts'
import type { Health } from './integration-status.ts'

/** What people are told of an incident: the cause, what is done about it, and what they can do. */
export function healthIn({ kind, isRebuilt, isBack }: Incident): Health {
  if (isRebuilt)
    return {
      status: 'waitingForFirstDelivery',
      reason: REBUILT[kind],
      nextStep: 'Nothing to do: bookings are fetched meanwhile.',
    }
  return { status: 'polling', reason: CAUSE[kind], nextStep: isBack ? CURE[kind] : HEALING[kind] }
}

const CAUSE: Readonly<Record<IncidentKind, string>> = {
  otherKey: 'The provider signs with another key, so its deliveries are refused.',
  staleSignature: 'The provider’s deliveries are signed too long ago to be believed.',
  silentHook: 'Bookings came that the webhook did not bring, although it is called active.',
}

const REBUILT: Readonly<Record<IncidentKind, string>> = {
  otherKey:
    'The provider signs with another key, so the webhook was made anew and waits for its first delivery.',
  staleSignature: 'The webhook was made anew and waits for its first delivery.',
  silentHook:
    'Bookings came that the webhook did not bring, so it was made anew and waits for its first delivery.',
}

const HEALING: Readonly<Record<IncidentKind, string>> = {
  otherKey: 'Nothing to do: the webhook is made anew with a new key, bookings are fetched.',
  staleSignature: 'Check the clock of this installation; bookings are fetched meanwhile.',
  silentHook: 'Nothing to do: the webhook is made anew, bookings are fetched meanwhile.',
}

const CURE: Readonly<Record<IncidentKind, string>> = {
  otherKey:
    'A new webhook did not help: enter the signing key of the provider’s app in the settings of this installation. Bookings are fetched meanwhile.',
  staleSignature: 'Check the clock of this installation; bookings are fetched meanwhile.',
  silentHook:
    'A new webhook did not help yet; another one is made every six hours. Bookings are fetched meanwhile.',
}
