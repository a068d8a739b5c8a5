import { type CreditMovement, standingOf } from '../domain/credits.ts'
import { EXPIRED_BY_DATE, RETURNED_TOO_LATE } from '../domain/session-words.ts'
import { databaseNow } from './clock.ts'
import { newId } from './ids.ts'
import type { TenantTx } from './tenant.ts'

/** A package's row, locked until the transaction ends. */
export interface LockedPackage {
  readonly id: string
  readonly clientId: string
  readonly hostUserId: string
  readonly sessionMinutes: number
  readonly cutOffHours: number
  readonly left: number
  readonly held: number
  readonly spent: number
  readonly expired: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly isExpired: boolean
}

interface Whose {
  readonly clientId?: string
  readonly packageId?: string
}

/**
 * Locks packages of a client, or one package. Whoever moves credits holds this lock: what is read
 * here is still so when the line is written.
 */
export async function lockPackages(
  { trx, organizationId }: TenantTx,
  { clientId, packageId }: Whose,
): Promise<LockedPackage[]> {
  const rows = await trx
    .selectFrom('client_package')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(clientId !== undefined, (query) => query.where('client_id', '=', clientId ?? ''))
    .$if(packageId !== undefined, (query) => query.where('id', '=', packageId ?? ''))
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map((row) => ({
    id: row.id,
    clientId: row.client_id,
    hostUserId: row.host_user_id,
    sessionMinutes: row.session_minutes,
    cutOffHours: row.cut_off_hours,
    left: row.credits_left,
    held: row.credits_held,
    spent: row.credits_spent,
    expired: row.credits_expired,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    isExpired: row.expired_at !== null,
  }))
}

/** One line for the ledger. */
export interface CreditLine extends CreditMovement {
  readonly packageId: string
  /** Names this movement for good: written again, it is refused. */
  readonly key: string
  readonly sessionId?: string
  readonly eventId?: string | null
  readonly reason?: string
  readonly actorUserId?: string
}

/** The package that a movement changed, where it is in the ledger already. */
export async function packageMovedBy(
  { trx, organizationId }: TenantTx,
  key: string,
): Promise<string | undefined> {
  const row = await trx
    .selectFrom('credit_entry')
    .select('package_id')
    .where('organization_id', '=', organizationId)
    .where('movement_key', '=', key)
    .executeTakeFirst()
  return row?.package_id
}

/** Writes lines into the ledger; the counters of their packages follow in the same statement. */
export async function writeCredits(
  { trx, organizationId }: TenantTx,
  lines: readonly CreditLine[],
): Promise<void> {
  if (lines.length === 0) return
  await trx
    .insertInto('credit_entry')
    .values(
      lines.map((line) => ({
        organization_id: organizationId,
        id: newId(),
        package_id: line.packageId,
        session_id: line.sessionId ?? null,
        event_id: line.eventId ?? null,
        kind: line.kind,
        left_change: line.left,
        held_change: line.held,
        spent_change: line.spent,
        movement_key: line.key,
        reason: line.reason ?? null,
        actor_user_id: line.actorUserId ?? null,
      })),
    )
    .execute()
}

/** What comes back to a package that has expired is gone the moment it is there. */
export const expiredAtOnce = (
  { id, isExpired }: Pick<LockedPackage, 'id' | 'isExpired'>,
  line: CreditLine,
): CreditLine[] =>
  isExpired && line.left > 0
    ? [
        line,
        {
          ...movementOfExpiry(line.left),
          packageId: id,
          key: `expire:${line.key}`,
          reason: RETURNED_TOO_LATE,
        },
      ]
    : [line]

/** Ends a package whose date has come: what is left expires, once. Answers whether it did. */
export async function expirePackage(tx: TenantTx, packageId: string): Promise<boolean> {
  const [found] = await lockPackages(tx, { packageId })
  if (found === undefined || found.isExpired) return false
  const now = await databaseNow(tx)
  if (found.expiresAt > now) return false
  const { sessionsLeft } = standingOf(found, now)
  if (sessionsLeft > 0)
    await writeCredits(tx, [
      {
        ...movementOfExpiry(sessionsLeft),
        packageId,
        key: `expire:${packageId}`,
        reason: EXPIRED_BY_DATE,
      },
    ])
  const { trx, organizationId } = tx
  await trx
    .updateTable('client_package')
    .set({ expired_at: new Date(now), updated_at: new Date(now) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', packageId)
    .execute()
  return true
}

const movementOfExpiry = (credits: number): CreditMovement => ({
  kind: 'expire',
  left: -credits,
  held: 0,
  spent: 0,
})
