import pg from 'pg'
import { openIngressStore } from '../db/ingress-store.ts'
import { parseKeyRing } from '../db/key-ring.ts'
import type { Stack } from '../dev/stack.ts'
import { connectCalendly } from './connect.ts'
import type { Counts, Side } from './side.ts'

const COUNTS = `select
  (select count(*)::int from inbound_event) as stored,
  (select count(*)::int from inbound_event where status = 'processed') as processed,
  (select count(*)::int from prospect) as prospects,
  (select count(*)::int from meeting where merged_into is null) as meetings`
/** Answered from a partial index, however many are processed already. */
const OPEN = `select count(*)::int as open from inbound_event where status = 'received'`

/** Promises the running stack as a side, with one live integration behind a real endpoint. */
export async function openProduct(stack: Stack): Promise<Side> {
  const { owner, ingress } = stack.urls.database
  const token = await stack.token({ sub: 'bench-admin', org: 'bench', role: 'admin' })
  const { callbackUrl, userUri, email } = await connectCalendly(stack, token)
  const { pathname, port } = new URL(callbackUrl)
  const endpoint = pathname.split('/').at(-1) ?? ''
  const signingKey = await keyOf(endpoint, ingress, stack.secrets.ENCRYPTION_KEYS)
  const pool = new pg.Pool({ connectionString: owner, max: 1 })
  return {
    target: { port: Number(port), path: pathname, signingKey, account: { userUri, email } },
    watch: { by: 'socket', url: stack.urls.api, token },
    counts: async () => (await pool.query<Counts>(COUNTS)).rows[0] as Counts,
    open: async () => (await pool.query<{ open: number }>(OPEN)).rows[0]?.open ?? Number.NaN,
    close: () => pool.end(),
  }
}

/** The real key of the real hook, read the way the ingress itself reads it. */
async function keyOf(endpoint: string, url: string, keys: string): Promise<string> {
  const store = await openIngressStore({ url, keyRing: parseKeyRing(keys), poolSize: 1 })
  try {
    const signingKey = (await store.endpointKeys(endpoint))?.signingKey
    if (typeof signingKey !== 'string') throw new Error('the live endpoint has no key')
    return signingKey
  } finally {
    await store.close()
  }
}
