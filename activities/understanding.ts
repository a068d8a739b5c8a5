import type { LockedEvent } from '../db/inbound-events.ts'
import type { SessionFact } from '../domain/session-fact.ts'
import type { DeliveryContent } from '../providers/provider.ts'
import { type ActivityDeps, providerOf } from './deps.ts'

/** What a stored event says: the words of its provider, or our own where a sync has found it. */
export function contentOf(
  deps: ActivityDeps,
  { provider, source, body }: Pick<LockedEvent, 'provider' | 'source' | 'body'>,
): DeliveryContent {
  if (source !== 'sync') return providerOf(deps, provider).webhook.read(body).content
  // We have written it ourselves, from what the provider's list said.
  const session = JSON.parse(body.toString('utf8')) as SessionFact
  return { ok: true, event: null, session, rereads: null }
}
