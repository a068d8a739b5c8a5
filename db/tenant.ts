import type { Transaction } from 'kysely'
import type { KeyRing } from './key-ring.ts'
import type { Schema } from './schema.ts'

/** A transaction that sees one organization. The only way to a tenant's rows. */
export interface TenantTx {
  readonly organizationId: string
  readonly trx: Transaction<Schema>
  readonly keyRing: KeyRing
  /** Tells the sockets, if and when this commits; `audience` are the users who may see it. */
  readonly emit: (event: OutboxEvent, payload: object, audience: readonly string[]) => void
}

/** What the outbox and the sockets call a change. */
export type OutboxEvent =
  | 'prospect:created'
  | 'prospect:updated'
  | 'meeting:created'
  | 'meeting:updated'
  | 'meeting:canceled'
  | 'prospect:erased'
  | 'meeting:erased'
  | 'session:created'
  | 'session:updated'
  | 'session:canceled'
  | 'integration:updated'

/** A change on its way to the outbox. */
export interface Emission {
  readonly event: OutboxEvent
  readonly payload: object
  readonly audience: readonly string[]
}

/** Who asks: what they may see follows from it. */
export interface Viewer {
  readonly userId: string
  readonly role: 'admin' | 'member' | 'client'
  /** An admin, or a member of an organization whose visibility is shared. */
  readonly seesAll: boolean
}
