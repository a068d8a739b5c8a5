import type pg from 'pg'
import type { ProviderName } from '../domain/provider-name.ts'
import { named } from './errors.ts'
import { newId } from './ids.ts'
import type { KeyRing } from './key-ring.ts'
import { createPool, refuseUnsafe } from './pool.ts'
import { openKey } from './signing-keys.ts'

/** The database as the webhook door sees it: keys of one endpoint, and a slot to drop mail in. */
export interface IngressStore {
  /** What verifies a delivery to this endpoint; undefined when nobody issued it. */
  readonly endpointKeys: (endpoint: string) => Promise<KeyHolder | undefined>
  /** The same for 1 to 200 endpoints in one round trip, in their order. */
  readonly lookUpEndpoints: (endpoints: readonly string[]) => Promise<EndpointLook[]>
  /** What may verify a delivery of this account at a shared route: at most eight. */
  readonly keysForAccount: (accountUri: string) => Promise<KeyHolder[]>
  /** Commits 1 to 200 verified deliveries in one round trip; the answers keep their order. */
  readonly acceptEvents: (deliveries: readonly DeliveryToAccept[]) => Promise<StoreAnswer[]>
  /** Keeps what is authentic but nobody's yet; false when it was kept before. */
  readonly keepUnrouted: (delivery: UnroutedDelivery) => Promise<boolean>
  readonly countRejection: (rejection: Rejection) => Promise<void>
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What a look for one endpoint found; a key that can't be opened is a fault of it alone. */
export type EndpointLook = { readonly holder: KeyHolder | undefined } | { readonly fault: unknown }

/** One endpoint with the integration behind it and, opened, its key. */
export interface KeyHolder {
  readonly organizationId: string
  readonly integrationId: string
  readonly generation: number
  readonly provider: ProviderName
  readonly endpoint: string
  /** Null when it was erased: then nothing verifies by it. */
  readonly signingKey: string | null
  readonly state: 'creating' | 'live' | 'retired' | 'deleted'
  readonly wanted: 'connected' | 'paused' | 'disconnected'
  readonly retiredAt: Date | null
  readonly accountUserUri: string | null
  readonly accountOrganizationUri: string | null
}

/** A verified delivery. `bodyHash` digests what copies have in common: not the envelope. */
export interface DeliveryToAccept {
  readonly endpoint: string
  readonly kind: string
  readonly dedupeKey: string
  readonly body: Uint8Array
  readonly bodyHash: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** Authentic but not understood: stored and set aside for this reason. */
  readonly quarantine?: string | null | undefined
  /** The caller starts its workflow right after the commit; else the relay does. */
  readonly claimed?: boolean | undefined
}

/** What became of a delivery. Only `unknown` belongs to nobody we ever served. */
export type StoreAnswer =
  | {
      readonly outcome: 'stored' | 'copy' | 'conflict'
      readonly organizationId: string
      readonly integrationId: string
      readonly eventId: string
    }
  | { readonly outcome: 'retired' | 'unknown' }

/** An authentic delivery of an account that nobody has connected. */
export interface UnroutedDelivery extends Omit<DeliveryToAccept, 'endpoint'> {
  readonly provider: ProviderName
  readonly accountUris: readonly string[]
}

interface Rejection {
  readonly endpoint?: string | undefined
  readonly provider: ProviderName
  /** A word of ours, never a text from outside: it is a key in a table. */
  readonly reason: string
  readonly count?: number
}

/** What may help to understand a delivery later; a signature or cookie never does. */
const KEPT_HEADERS = new Set([
  'content-type',
  'user-agent',
  'calendly-webhook-id',
  'x-cal-webhook-version',
])

/** Opens the webhook door's own, narrow way in. */
export async function openIngressStore(options: {
  readonly url: string
  readonly keyRing: KeyRing
  readonly poolSize?: number
}): Promise<IngressStore> {
  const { url, keyRing, poolSize = 8 } = options
  const pool = createPool(url, poolSize)
  try {
    await refuseUnsafe(pool, keyRing)
  } catch (error) {
    await pool.end()
    throw error
  }
  const ask = asker(pool)
  const keys = (rows: readonly KeyRow[]): KeyHolder[] =>
    rows.map((row) => ({
      organizationId: row.organization_id,
      integrationId: row.integration_id,
      generation: row.generation,
      provider: row.provider,
      endpoint: row.endpoint,
      signingKey: row.signing_key === null ? null : openKey(keyRing, row),
      state: row.state,
      wanted: row.wanted,
      retiredAt: row.retired_at,
      accountUserUri: row.account_user_uri,
      accountOrganizationUri: row.account_organization_uri,
    }))
  return {
    endpointKeys: async (endpoint) => keys(await ask<KeyRow>('endpoint_keys($1)', [endpoint]))[0],
    lookUpEndpoints: async (endpoints) => {
      const rows = await run<KeyRow>(pool, { ...LOOK_UP, values: [endpoints] })
      const rowOf = new Map(rows.map((row) => [row.endpoint, row]))
      return endpoints.map((endpoint) => {
        const row = rowOf.get(endpoint)
        try {
          return { holder: row === undefined ? undefined : keys([row])[0] }
        } catch (fault) {
          return { fault }
        }
      })
    },
    keysForAccount: async (account) => keys(await ask<KeyRow>('keys_for_account($1)', [account])),
    acceptEvents: async (deliveries) =>
      (await run<AnswerRow>(pool, { ...ACCEPT, values: columnsOf(deliveries) })).map(answerOf),
    keepUnrouted: async (delivery) => {
      const { provider, accountUris, kind, dedupeKey, body, bodyHash } = delivery
      const [row] = await ask<{ keep_unrouted: boolean }>(
        'keep_unrouted($1, $2, $3, $4, $5, $6, $7, $8)',
        [
          newId(),
          provider,
          accountUris,
          kind,
          dedupeKey,
          bytes(body),
          bytes(bodyHash),
          kept(delivery),
        ],
      )
      return row?.keep_unrouted ?? false
    },
    countRejection: async ({ endpoint, provider, reason, count = 1 }) => {
      // The commit that dropped it has counted it for the operator; this is for its people.
      if (reason === 'late') await ask('count_late($1, $2)', [endpoint ?? '', count])
      else await ask('count_rejection($1, $2, $3, $4)', [endpoint ?? null, provider, reason, count])
    },
    ping: async () => void (await ask('(select 1) as alive', [])),
    close: () => pool.end(),
  }
}

/**
 * The bodies come as one run of bytes, cut here by their lengths: as an array the driver would send
 * them as hexadecimal text, twice as long and dear to make.
 */
const ACCEPT = {
  name: 'accept_events',
  text: `select answer, organization_id, integration_id, event_id
    from accept_events($1, $2, $3, $4,
      (select array_agg(substring($5::bytea from b.upto - b.size + 1 for b.size) order by b.place)
        from unnest($6::integer[], $7::integer[]) with ordinality as b (upto, size, place)),
      $8, $9, $10, $11)
    order by place`,
}

const LOOK_UP = {
  name: 'look_up_endpoints',
  text: `select k.* from unnest($1::text[]) as w (endpoint), endpoint_keys(w.endpoint) as k`,
}

interface KeyRow {
  readonly organization_id: string
  readonly integration_id: string
  readonly generation: number
  readonly provider: ProviderName
  readonly endpoint: string
  readonly signing_key: string | null
  readonly state: KeyHolder['state']
  readonly wanted: KeyHolder['wanted']
  readonly retired_at: Date | null
  readonly account_user_uri: string | null
  readonly account_organization_uri: string | null
}

interface AnswerRow {
  readonly answer: StoreAnswer['outcome']
  readonly organization_id: string
  readonly integration_id: string
  readonly event_id: string
}

const asker =
  (pool: pg.Pool) =>
  <T>(call: string, values: readonly unknown[]): Promise<T[]> =>
    run(pool, { text: `select * from ${call}`, values: [...values] })

async function run<T>(pool: pg.Pool, query: pg.QueryConfig): Promise<T[]> {
  try {
    return (await pool.query(query)).rows
  } catch (error) {
    throw named(error)
  }
}

function columnsOf(deliveries: readonly DeliveryToAccept[]): unknown[] {
  let upto = 0
  return [
    deliveries.map(() => newId()),
    deliveries.map(({ endpoint }) => endpoint),
    deliveries.map(({ kind }) => kind),
    deliveries.map(({ dedupeKey }) => dedupeKey),
    Buffer.concat(deliveries.map(({ body }) => body)),
    deliveries.map(({ body }) => (upto += body.length)),
    deliveries.map(({ body }) => body.length),
    deliveries.map(({ bodyHash }) => bytes(bodyHash)),
    deliveries.map(kept),
    deliveries.map(({ quarantine }) => quarantine ?? null),
    deliveries.map(({ claimed }) => claimed ?? false),
  ]
}

/** The driver sends a Buffer as bytes, and any other array as text. */
const bytes = (array: Uint8Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength)

const kept = ({ headers }: Pick<DeliveryToAccept, 'headers'>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => KEPT_HEADERS.has(name.toLowerCase()))
        // A header is a label here; a long one is an attempt to fill the table.
        .map(([name, value]) => [name.toLowerCase(), value.replaceAll('\u0000', '').slice(0, 200)]),
    ),
  )

function answerOf(row: AnswerRow): StoreAnswer {
  const { answer } = row
  if (answer === 'retired' || answer === 'unknown') return { outcome: answer }
  return {
    outcome: answer,
    organizationId: row.organization_id,
    integrationId: row.integration_id,
    eventId: row.event_id,
  }
}
