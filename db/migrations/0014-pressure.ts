import { type Kysely, sql } from 'kysely'
import { throughGate } from '../rights.ts'

/**
 * What a crowd of deliveries needs: the relay learns whether they still pour in, and the functions
 * of the hot path keep their plans.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(ARRIVALS).execute(db)
  await sql.raw(PLANS).execute(db)
}

// One look at the end of a partial index: the newest delivery that nobody has taken yet.
const ARRIVALS = `
  create function is_pouring_in(p_within interval) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off as $$
    select coalesce((
      select received_at > now() - p_within from inbound_event
      where status = 'received' and started_at is null
      order by received_at desc limit 1), false)
  $$;
  ${throughGate('rendezvous_app', 'is_pouring_in(interval)')}
`

// PostgreSQL guesses ten elements for an array it does not know, finds a plan for the very array
// cheaper, and plans anew on every call: that was a millisecond of each, four fifths of a commit.
const PLANS = `
  alter function accept_events(uuid[], text[], text[], text[], bytea[], bytea[], text[], text[],
    boolean[]) set plan_cache_mode = force_generic_plan;
  alter function booking_lineage(uuid, text, text[], text[], text)
    set plan_cache_mode = force_generic_plan;
  alter function write_booking(uuid, jsonb, jsonb, jsonb, jsonb, jsonb, uuid[], jsonb)
    set plan_cache_mode = force_generic_plan;
`
