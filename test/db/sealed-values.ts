import assert from 'node:assert/strict'
import { insertCredential } from '../../db/credential-rows.ts'
import { openTokens } from '../../db/credentials.ts'
import type { Database } from '../../db/database.ts'
import { beginIdempotent, finishIdempotent } from '../../db/idempotency.ts'
import { newId } from '../../db/ids.ts'
import { handedKey, handOverKey } from '../../db/key-operations.ts'
import { beginExchange, consumeState, createOperation, openOperation } from '../../db/operations.ts'
import type { Tenant, World } from './world.ts'

const TOKENS = { accessToken: 'access', refreshToken: 'refresh' }
const CONSENT = { id: '', stateHash: Buffer.alloc(32, 1), browserHash: Buffer.alloc(32, 2) }
const REQUEST = { route: 'POST /x', key: 'k', requestHash: Buffer.alloc(32, 3) }
const ids = new Map<string, { consent: string; handed: string }>()

/** Promises one value in every sealed column of a tenant. */
export async function sealSomething(
  { database }: Pick<World, 'database'>,
  tenant: Tenant,
  generation = 1,
) {
  const { organizationId, userId, integrationId } = tenant
  const expiresAt = new Date(Date.now() + 600_000)
  const [consent, handed] = [newId(), newId()]
  if (generation === 1) ids.set(organizationId, { consent, handed })
  await database.withTenant(organizationId, async (tx) => {
    const tokens = { ...TOKENS, expiresInSeconds: 60, scope: null }
    await insertCredential(tx, {
      integrationId,
      generation,
      now: Date.now(),
      role: generation === 1 ? 'current' : 'outgoing',
      tokens: { ...tokens, ownerUri: null, organizationUri: null },
    })
    await createOperation(tx, {
      id: consent,
      kind: 'connect',
      provider: 'calendly',
      userId,
      ticketHash: Buffer.alloc(32, generation),
      expiresAt,
    })
    await openOperation(tx, { ...CONSENT, id: consent, codeVerifier: 'verifier' })
    await consumeState(tx, { ...CONSENT, id: consent, code: 'code' })
    await handOverKey(tx, {
      id: handed,
      provider: 'calcom',
      scope: 'user',
      userId,
      purpose: null,
      key: 'a key',
      apiAddress: 'https://api.test',
      expiresAt,
    })
    const request = { ...REQUEST, userId, key: `k${generation}` }
    await beginIdempotent(tx, request)
    await finishIdempotent(tx, { ...request, status: 201, response: { told: 'once' } })
  })
}

/** The tokens open as they were sealed. */
export async function assertTokens(database: Database, { organizationId, integrationId }: Tenant) {
  const tokens = await database.withTenant(organizationId, (tx) =>
    openTokens(tx, { integrationId, role: 'current' }),
  )
  assert.deepEqual([tokens?.accessToken, tokens?.refreshToken], ['access', 'refresh'])
}

/** Everything opens as it was sealed, by the very code that uses it. */
export async function assertReadable(database: Database, tenant: Tenant): Promise<void> {
  await assertTokens(database, tenant)
  const made = ids.get(tenant.organizationId)
  await database.withTenant(tenant.organizationId, async (tx) => {
    const answer = await beginIdempotent(tx, { ...REQUEST, userId: tenant.userId, key: 'k1' })
    assert.deepEqual(answer, { status: 201, response: { told: 'once' } })
    assert.equal((await handedKey(tx, made?.handed ?? ''))?.key, 'a key')
    const exchange = await beginExchange(tx, made?.consent ?? '')
    assert.ok(exchange !== 'already' && exchange.code === 'code')
  })
}
