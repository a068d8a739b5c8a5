import type { BookingEvent, InviteeFact, Quarantine, RemoteEvent } from '../domain/booking.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { SessionFact } from '../domain/session-fact.ts'
import type { RateBudget } from './failures.ts'

/** All that the rest of the system may ask of a scheduling tool. Calls fail with a ProviderError. */
export interface Provider {
  readonly name: ProviderName
  /** Present where people connect by consent; absent where they hand over a key. */
  readonly oauth?: OAuth
  /** Present where people hand over a key; absent where they connect by consent. */
  readonly keys?: KeyAccess
  /** What a hook of ours must be subscribed to. */
  readonly webhookEvents: readonly string[]
  readonly webhook: Webhook
  /** Whose access this is. */
  identify(access: Access): Promise<Answered<Account>>
  listSubscriptions(access: Access, query: SubscriptionQuery): Promise<Page<RemoteSubscription>>
  /** Makes a hook; `conflict` where the provider already has one for this callback. */
  createSubscription(access: Access, wish: SubscriptionWish): Promise<Answered<RemoteSubscription>>
  /** Removes a hook; one that is gone already is as good. */
  deleteSubscription(access: Access, uri: string): Promise<Answered<'deleted' | 'gone'>>
  /** One page of booked slots that begin inside the window. */
  listBookings(access: Access, query: BookingQuery): Promise<Page<RemoteEvent>>
  /** One page of the people in one slot. */
  listInvitees(access: Access, query: InviteeQuery): Promise<Page<InviteeFact>>
  /**
   * A booking as it stands now, with what it was moved from and the others of its series. Absent
   * where a delivery tells all there is to know.
   */
  readBooking?(access: Access, uid: string): Promise<Answered<readonly RemoteEvent[]>>
}

/** Access by a key that a person made at the provider: nothing to refresh, nothing to revoke. */
export interface KeyAccess {
  /**
   * Where the API of the chosen installation is: one of its well-known names, an https origin of
   * one's own, or the usual one where nothing is chosen. Undefined for an address never called.
   */
  addressOf(chosen: string | undefined): string | undefined
}

/** Consent and tokens. No call here is ever repeated by itself: codes and tokens work once. */
export interface OAuth {
  /** The name that the provider's answers bear, where they bear one: RFC 9207. */
  readonly issuer: string
  authorizeUrl(request: AuthorizeRequest): string
  exchangeCode(grant: CodeGrant): Promise<Answered<TokenPair>>
  refresh(grant: { readonly refreshToken: string }): Promise<Answered<TokenPair>>
  /** Ends one token; one that is dead already is as good. */
  revoke(grant: { readonly token: string }): Promise<void>
}

/** Whom we act for: the secret, and where the API is if that isn't the same for everybody. */
export interface Access {
  readonly token: string
  readonly apiAddress?: string | null
}

/** An answer, with the budget its headers told of. */
export interface Answered<T> {
  readonly value: T
  readonly rate: RateBudget | null
}

/** One page of a list. Items that could not be read are told apart, so none hides the others. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Hand it in again as `pageToken`; null on the last page. */
  readonly nextPage: string | null
  readonly unreadable: readonly Quarantine[]
  readonly rate: RateBudget | null
}

export interface AuthorizeRequest {
  readonly state: string
  readonly codeChallenge: string
  readonly redirectUri: string
  readonly loginHint?: string
  readonly scope?: string
}

export interface CodeGrant {
  readonly code: string
  readonly codeVerifier: string
  readonly redirectUri: string
}

/** A fresh grant. What the provider leaves out is null. */
export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresInSeconds: number
  readonly scope: string | null
  readonly ownerUri: string | null
  readonly organizationUri: string | null
}

/** The account behind an access. */
export interface Account {
  readonly userUri: string
  readonly organizationUri: string
  readonly email: string
  readonly name: string
  readonly timezone: string
}

/** Whose hooks or bookings: one person's, or those of the whole organization. */
export type Scope = 'user' | 'organization'

/** The account a call is about. */
export type AccountUris = Pick<Account, 'userUri' | 'organizationUri'>

export interface SubscriptionQuery {
  readonly account: AccountUris
  readonly scope: Scope
  readonly pageToken?: string
}

export interface SubscriptionWish {
  readonly account: AccountUris
  readonly scope: Scope
  readonly callbackUrl: string
  readonly signingKey: string
}

/** A hook as the provider shows it. */
export interface RemoteSubscription {
  readonly uri: string
  readonly callbackUrl: string
  readonly state: 'active' | 'disabled'
  readonly events: readonly string[]
  readonly scope: string
  readonly retryStartedAt: string | null
  readonly userUri: string | null
  readonly organizationUri: string | null
  readonly creatorUri: string | null
}

export interface BookingQuery {
  readonly account: AccountUris
  readonly scope: Scope
  readonly status: 'active' | 'canceled'
  /** Start times, both ends included. ISO with zone. */
  readonly from: string
  readonly to: string
  /** Where the provider can tell it: also what has changed since, whenever it begins. */
  readonly changedSince?: string
  readonly pageToken?: string
}

export interface InviteeQuery {
  readonly slotUri: string
  readonly pageToken?: string
}

/** The pure side of a provider: what a delivery is and whether it is authentic. */
export interface Webhook {
  /** Name of the header that carries the signature, in lower case. */
  readonly signatureHeader: string
  /** Whether a delivery names the account of the hook that made it, so that another is a mistake. */
  readonly namesAccount: boolean
  verify(delivery: SignedDelivery): Verdict
  /** The key that the delivery of a fresh booking has; left out where bookings are not listed. */
  readonly bookedKey?: (inviteeUri: string) => string
  /** Reads an authentic body. It never throws, whatever the bytes are. */
  read(rawBody: Uint8Array): Delivery
}

/** A delivery as it came, with the keys it may be signed with; `now` in unix milliseconds. */
export interface SignedDelivery {
  readonly header: string | readonly string[] | undefined
  readonly rawBody: Uint8Array
  readonly keys: readonly string[]
  readonly now: number
}

/** Why a signature is refused. A metric may tell it; the caller is told nothing. */
export type SignatureFault =
  | 'missing'
  | 'malformed'
  | 'tooLong'
  | 'mismatch'
  /** Authentic by its key, but signed too long ago or in the future: worth an alarm. */
  | 'stale'
  /** We hold no usable key: our fault, never a reason to skip the check. */
  | 'noKey'

/** The verdict on a signature; `keyIndex` tells which of the candidate keys it was. */
export type Verdict =
  | { readonly ok: true; readonly keyIndex: number; readonly t: number | null }
  | { readonly ok: false; readonly reason: SignatureFault }

/** What an authentic body says, readable or not; all it takes to store, route and repeat it. */
export interface Delivery {
  /** The provider's own word for what happened, or `unreadable`. */
  readonly kind: string
  /**
   * The same for every copy of one fact: made of the provider's identity of the event, never of
   * the endpoint, the subscription or the time of the signature.
   */
  readonly dedupeKey: string
  /** Digest of what copies of one fact have in common; another one under a known key is a conflict. */
  readonly digest: string
  /** User and organization URIs it may belong to; empty when it names none. */
  readonly accountUris: readonly string[]
  readonly content: DeliveryContent
}

/** What an authentic delivery asks for, or a reason to set it aside. */
export type DeliveryContent = Understood | ({ readonly ok: false } & Quarantine)

/** What happened, in our words: with neither `event` nor `session` nor a doubt, nothing. */
export interface Understood {
  readonly ok: true
  /** For prospects and meetings; null where it says nothing of them. */
  readonly event: BookingEvent | null
  /** For sessions; null where it says nothing of them. */
  readonly session: SessionFact | null
  /** The booking to read again before this is believed; null where there is no doubt. */
  readonly rereads: string | null
}
