import { sql } from 'kysely'
import type { TenantTx } from './tenant.ts'

/** Gives an integration the mail that came before it was connected; answers how many. */
export async function adoptUnrouted({ trx }: TenantTx, integrationId: string): Promise<number> {
  const { rows } = await sql`select * from adopt_unrouted(${integrationId})`.execute(trx)
  return rows.length
}
