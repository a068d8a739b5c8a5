import type { DeliveryToAccept, KeyHolder } from '../../db/ingress-store.ts'
import type { Delivery } from '../../providers/provider.ts'
import type { Arrival } from './arrival.ts'

/** What the store is told of one delivery. */
export type DeliveryToStore = DeliveryToAccept & { readonly accountUris: readonly string[] }

/** Whose a delivery is, and whether it must name the account that the hook was made for. */
export interface Addressee {
  readonly holder: KeyHolder | undefined
  readonly namesAccount: boolean
}

/** An authentic delivery in the words of the store, set aside with a reason where it must be. */
export function toStore(
  { holder, namesAccount }: Addressee,
  { rawBody, userAgent }: Arrival,
  delivery: Delivery,
): DeliveryToStore {
  return {
    endpoint: holder?.endpoint ?? '',
    kind: delivery.kind,
    dedupeKey: delivery.dedupeKey,
    body: rawBody,
    bodyHash: Buffer.from(delivery.digest, 'hex'),
    headers: userAgent === undefined ? {} : { 'user-agent': userAgent },
    quarantine: quarantineOf(namesAccount ? holder : undefined, delivery),
    accountUris: delivery.accountUris,
  }
}

function quarantineOf(holder: KeyHolder | undefined, delivery: Delivery): string | undefined {
  const { content } = delivery
  if (!content.ok) return `${content.reason} at ${content.at}`
  if (holder !== undefined && content.event !== null && !isAccountOf(holder, delivery))
    return 'accountMismatch'
  return undefined
}

/** Whether a delivery is about the account that a subscription was made for. */
export function isAccountOf(holder: KeyHolder, { accountUris }: Delivery): boolean {
  const own = [holder.accountUserUri, holder.accountOrganizationUri]
  return accountUris.some((uri) => own.includes(uri))
}
