import pg from 'pg'
import type { KeyRing } from './key-ring.ts'
import { KeyRingMismatch, named, RoleRefused } from './errors.ts'
import { prepareMarked } from './prepared.ts'
import { sendAhead } from './unawaited.ts'
import { keyOf, open, seal, SealBroken } from './sealing.ts'

/** A pool whose lost idle connections are nobody's crash, and that names what it can't do. */
export function createPool(url: string, size: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    // A request waits this long for a connection before it says 503; a provider waits 15 s.
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    types: TYPES,
    // A statement may follow another before that one is answered: see unawaited.ts.
    pipeline: true,
  })
  // A killed server ends idle connections; the next query gets a new one or a named error.
  pool.on('error', () => {})
  // One that is lent out loses its server too: its query says so, the event alone would crash us.
  pool.on('connect', (client) => {
    client.on('error', () => {})
    prepareMarked(client)
    sendAhead(client)
  })
  return pool
}

/** Counters stay far below 2^53, so bigint comes as a number. */
const TYPES = new pg.TypeOverrides()
TYPES.setTypeParser(pg.types.builtins.INT8, Number)

/** Refuses a role that row security does not bind, and a ring that can't open what is stored. */
export async function refuseUnsafe(pool: pg.Pool, keyRing: KeyRing): Promise<void> {
  try {
    await checkRole(pool)
    await checkCanary(pool, keyRing)
  } catch (error) {
    throw named(error)
  }
}

async function checkRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<RoleRow>(`
    select current_user as role, r.rolsuper, r.rolbypassrls,
      exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p')
          and pg_has_role(current_user, c.relowner, 'member')) as owns,
      exists (select from pg_roles m where (m.rolsuper or m.rolbypassrls)
        and pg_has_role(current_user, m.oid, 'member')) as becomes
    from pg_roles r where r.rolname = current_user`)
  const [row] = rows
  if (row === undefined) throw new RoleRefused('the database does not know its own role')
  const faults = [
    row.rolsuper ? 'is a superuser' : '',
    row.rolbypassrls ? 'bypasses row security' : '',
    row.owns ? 'owns the tables or belongs to their owner' : '',
    row.becomes ? 'can become a role that bypasses row security' : '',
  ].filter((fault) => fault !== '')
  if (faults.length > 0)
    throw new RoleRefused(
      `The role ${row.role} ${faults.join(', ')}. Use the URL of rendezvous_app or rendezvous_ingress.`,
    )
}

interface RoleRow {
  readonly role: string
  readonly rolsuper: boolean
  readonly rolbypassrls: boolean
  readonly owns: boolean
  readonly becomes: boolean
}

const CANARY = {
  organizationId: 'operator',
  row: 'operator_setting/canary',
  field: 'value',
  generation: 0,
}
const SONG = 'the ring opens what it sealed'

async function checkCanary(pool: pg.Pool, keyRing: KeyRing): Promise<void> {
  try {
    open(keyRing, CANARY, await canaryOf(pool, keyRing))
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    throw new KeyRingMismatch(
      'ENCRYPTION_KEYS does not open what this database holds: use the ring it was sealed with.',
    )
  }
}

async function canaryOf(pool: pg.Pool, keyRing: KeyRing): Promise<string> {
  const { rows } = await pool.query<{ value: string }>('select keep_canary($1) as value', [
    seal(keyRing, CANARY, SONG),
  ])
  return rows[0]?.value ?? ''
}

/** The id of the key that the canary is sealed under: the last one that nothing else needs. */
export const canaryKey = async (pool: pg.Pool, keyRing: KeyRing): Promise<string> =>
  keyOf(await canaryOf(pool, keyRing))

/** Seals the canary under the first key of the ring; of two processes at once, one does. */
export async function moveCanary(pool: pg.Pool, keyRing: KeyRing): Promise<void> {
  const before = await canaryOf(pool, keyRing)
  await pool.query('select move_canary($1, $2)', [before, seal(keyRing, CANARY, SONG)])
}

/** Refuses a ring without a key that something is still sealed under. */
export async function refuseMissingKeys(pool: pg.Pool, keyRing: KeyRing): Promise<void> {
  const { rows } = await pool.query<{ key_id: string }>('select key_id from sealed_key_ids()')
  const missing = rows
    .map(({ key_id }) => key_id)
    .filter(
      // A value that is no sealed one at all names no key: its reader says so, not the start.
      (id) => /^[\w-]{1,32}$/.test(id) && !keyRing.keys.has(id),
    )
  if (missing.length > 0)
    throw new KeyRingMismatch(
      `ENCRYPTION_KEYS lacks ${missing.join(', ')}, which values are still sealed under: add it ` +
        'behind the first key again, and wait until the worker says that all is sealed anew.',
    )
}
