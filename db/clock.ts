import { sql } from 'kysely'
import type { TenantTx } from './tenant.ts'

/** The database's clock in epoch milliseconds: the one clock that expiry dates are judged by. */
export async function databaseNow({ trx }: TenantTx): Promise<number> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx)
  return rows[0]?.now.getTime() ?? Date.now()
}
