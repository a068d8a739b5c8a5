import type { HookLoss } from './doubt.ts'
import type { HookEvidence } from './incident.ts'
import type { Refusal, SyncCursor } from './owner-state.ts'

/** What a job learnt. `again` is a blip: nothing is known to be wrong for good. */
export type JobResult =
  | {
      readonly kind: 'done'
      readonly found: string
      /** Something of ours may stand at the provider, and nothing is left to remove it with. */
      readonly leftBehind?: true
      /** The access is to another account than before. */
      readonly otherAccount?: true
    }
  | {
      readonly kind: 'again'
      readonly found: string
      readonly afterMs?: number
      /** The provider itself asked us to slow down. */
      readonly limited?: true
      /** The provider was seen without a healthy hook of ours before this went wrong. */
      readonly lost?: HookLoss
    }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'grantDead'; readonly found: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly found: string }
  | {
      readonly kind: 'hook'
      readonly found: string
      readonly settled: boolean
      readonly remoteUri: string | null
      readonly callbackUrl: string | null
      /** What is known of the hook that stands; null where none is seen. */
      readonly evidence: HookEvidence | null
      readonly lost?: HookLoss
      /** Hooks of others at the same account. */
      readonly foreign?: number
    }
  | {
      readonly kind: 'page'
      readonly found: string
      readonly next: SyncCursor | null
      /** When the sync it belongs to began. */
      readonly startedAt: number
      /** Bookings that a hook called active should have brought, and did not. */
      readonly unheard: number
      /** The next page would eat into the half of the provider's budget that is for people. */
      readonly restMs?: number
    }
