import type { LockedEvent } from '../db/inbound-events.ts'
import type { Booker } from '../db/erasing-deliveries.ts'
import type { SessionFact } from '../domain/session-fact.ts'
import type { DeliveryContent } from '../providers/provider.ts'
import type { ApiDeps } from './deps.ts'

type Stored = Pick<LockedEvent, 'provider' | 'source' | 'body'>

/** What a stored event says: in its provider's words, or in ours where a sync has found it. */
export function contentOf(
  providers: ApiDeps['providers'],
  { provider, source, body }: Stored,
): DeliveryContent {
  if (source !== 'sync') {
    const content = providers[provider]?.webhook.read(body).content
    if (content === undefined) throw new Error(`${provider} is not set up`)
    return content
  }
  const session = JSON.parse(body.toString('utf8')) as SessionFact
  return { ok: true, event: null, session, rereads: null }
}

/** Who booked what a stored event tells of, as a meeting and as a session; nobody if unreadable. */
export function bookersIn(providers: ApiDeps['providers'], stored: Stored): Booker[] {
  // Of a provider that is not set up no sync can bring anybody back.
  if (providers[stored.provider] === undefined) return []
  const content = contentOf(providers, stored)
  if (!content.ok) return []
  const { event, session } = content
  const payer = session?.attendees[0]
  return [
    ...(event === null ? [] : [{ email: event.invitee.email, uri: event.invitee.uri }]),
    ...(payer === undefined ? [] : [{ email: payer.email, uri: session?.bookingUid ?? '' }]),
  ]
}
