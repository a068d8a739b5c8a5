import type { Database } from '../db/database.ts'
import { endpointsIssued } from '../db/hook-tasks.ts'
import { endpointOf, type ListedHook } from '../domain/reconciliation.ts'

/** How many of these hooks end with an endpoint that we never issued to anybody. */
export async function foreignAmong(
  database: Database,
  organizationId: string,
  listed: readonly ListedHook[],
): Promise<number> {
  const endpoints = listed.flatMap(({ callbackUrl }) => endpointOf(callbackUrl) ?? [])
  const issued = await database.withTenant(organizationId, (tx) => endpointsIssued(tx, endpoints))
  const ours = new Set(issued.map(({ endpoint }) => endpoint))
  return listed.filter(({ callbackUrl }) => !ours.has(endpointOf(callbackUrl) ?? '')).length
}
