import { consumeState, markStarted, readOperation } from '../db/operations.ts'
import type { Operation } from '../db/operations.ts'
import type { TenantTx } from '../db/tenant.ts'
import type { Identity } from './auth.ts'
import { hashOf } from './browser-binding.ts'
import type { ApiDeps } from './deps.ts'
import { PATIENCE_MS, waitForOutcome } from './operation-answers.ts'
import { HttpProblem } from './problems.ts'
import { isMixedUp, MIXED_UP, oauthOf } from './provider-oauth.ts'

/**
 * Takes a code from a front end that received the provider's redirect itself. The bearer token
 * stands for the browser here: only the person who asked to connect can hand over the answer, so
 * nobody can be made to connect somebody else's account.
 */
export async function handOverCode(
  deps: ApiDeps,
  { organizationId, userId }: Identity,
  { code, state, iss }: { code: string; state: string; iss?: string },
): Promise<Operation> {
  const { database, gateway, options } = deps
  const oauth = oauthOf(deps, 'calendly')
  if (oauth === undefined) throw notYours()
  const stateHash = hashOf(state)
  const found = await database.directory.operationByState(stateHash)
  if (found?.organizationId !== organizationId) throw notYours()
  const { operationId: id } = found
  const consent = isMixedUp(oauth, iss) ? { ended: MIXED_UP } : { code }
  await database.withTenant(organizationId, async (tx) => {
    const operation = await readOperation(tx, id)
    if (operation?.userId !== userId || operation.provider !== 'calendly') throw notYours()
    const browserHash = await browserHashOf(tx, id)
    const consumed = await consumeState(tx, { id, stateHash, browserHash, ...consent })
    if (consumed === 'expired') throw new HttpProblem('conflict', 'The attempt has expired.')
    if (consumed !== 'consumed') throw notYours()
  })
  const key = { organizationId, operationId: id }
  if ('code' in consent) {
    const started = await gateway.startOperation('connect', key, { provider: 'calendly' })
    if (started === 'started')
      await database.withTenant(organizationId, (tx) => markStarted(tx, id))
  }
  const operation = await waitForOutcome(database, key, options?.patienceMs ?? PATIENCE_MS)
  if (operation === undefined) throw notYours()
  return operation
}

const notYours = (): HttpProblem =>
  new HttpProblem('not-found', 'No such attempt, not yours, or used already.')

async function browserHashOf({ trx, organizationId }: TenantTx, id: string): Promise<Buffer> {
  const row = await trx
    .selectFrom('operation')
    .select('browser_hash')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row?.browser_hash == null) throw notYours()
  return row.browser_hash
}
