import { type Kysely, sql } from 'kysely'

/** Tells the relay whether deliveries still pour in, so that it leaves the machine to them. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(ARRIVALS).execute(db)
}

// One look at the end of a partial index: the newest delivery that nobody has taken yet.
const ARRIVALS = `
  grant create on schema public to rendezvous_gate;
  create function is_pouring_in(p_within interval) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off as $$
    select coalesce((
      select received_at > now() - p_within from inbound_event
      where status = 'received' and started_at is null
      order by received_at desc limit 1), false)
  $$;
  revoke all on function is_pouring_in(interval) from public;
  grant execute on function is_pouring_in(interval) to rendezvous_app;
  alter function is_pouring_in(interval) owner to rendezvous_gate;
  revoke create on schema public from rendezvous_gate;
`
