import { readUser } from '../db/organizations.ts'
import type { TenantTx } from '../db/tenant.ts'
import { HOST_NOT_YOU, HOST_UNKNOWN } from '../domain/session-words.ts'
import type { Identity } from './auth.ts'
import { HttpProblem } from './problems.ts'

/** Refuses a host who is no colleague, and one that this member may not speak for. */
export async function checkHost(
  tx: TenantTx,
  { role, userId, seesAll }: Identity,
  hostUserId: string,
): Promise<void> {
  if (role === 'member' && !seesAll && hostUserId !== userId)
    throw new HttpProblem('forbidden', HOST_NOT_YOU)
  const host = await readUser(tx, hostUserId)
  if (host === undefined || host.role === 'client')
    throw new HttpProblem('invalid-input', HOST_UNKNOWN)
}
