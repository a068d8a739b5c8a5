import { newId } from '../db/ids.ts'
import { createOperation } from '../db/operations.ts'
import { open, seal } from '../db/sealing.ts'
import type { SealedPlace } from '../db/sealing.ts'
import type { TenantTx } from '../db/tenant.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import { hashOf, isRandomText, randomText } from './browser-binding.ts'
import { connectUrl } from './urls.ts'
import type { PublicUrls } from './urls.ts'

/** What a person asks for when they connect an account. */
export interface ConsentWish {
  readonly provider: ProviderName
  readonly scope: 'user' | 'organization'
  readonly userId: string
  readonly loginHint?: string | undefined
  /** The integration to renew; left out at a first connect. */
  readonly integrationId?: string | undefined
}

/** Ten minutes: as long as the provider's own code lives. */
const CONSENT_LIFE_MS = 10 * 60_000

/** Records the wish to connect and answers the page to open for the person's consent. */
export async function askConsent(
  tx: TenantTx,
  urls: PublicUrls,
  wish: ConsentWish,
): Promise<{ attemptId: string; authorizeUrl: string }> {
  const { provider, scope, userId, integrationId, loginHint } = wish
  const id = newId()
  const ticket = ticketFor(tx, id, loginHint)
  await createOperation(tx, {
    id,
    kind: 'connect',
    provider,
    scope,
    userId,
    integrationId,
    ticketHash: hashOf(ticket),
    expiresAt: new Date(Date.now() + CONSENT_LIFE_MS),
  })
  return { attemptId: id, authorizeUrl: connectUrl(urls, { provider, ticket }) }
}

/** A hint is an e-mail, which no URL of ours may show: it travels sealed inside the ticket. */
function ticketFor(tx: TenantTx, id: string, loginHint: string | undefined): string {
  const random = randomText()
  if (loginHint === undefined) return random
  return `${random}~${seal(tx.keyRing, hintPlace(tx, id), loginHint)}`
}

/** The hint a ticket carries for its operation, if any. */
export function loginHintOf(tx: TenantTx, id: string, ticket: string): string | undefined {
  const sealed = ticket.split('~')[1]
  return sealed === undefined ? undefined : open(tx.keyRing, hintPlace(tx, id), sealed)
}

/** Whether a text has the form of a ticket; nothing else is worth a look-up. */
export const isTicket = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 1_000 && isRandomText(text.split('~')[0])

const hintPlace = ({ organizationId }: TenantTx, id: string): SealedPlace => ({
  organizationId,
  row: `operation/${id}`,
  field: 'login_hint',
  generation: 0,
})
