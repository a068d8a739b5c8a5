import type { World } from '../db/world.ts'
import type { Theatre } from './theatre.ts'
import { compare, type Look, type MeetingLook, type ProspectLook } from './truth.ts'

type Of = Pick<Theatre, 'organizationId' | 'userIds'>

/** What our records say, in the shape of the truth. */
export async function lookAtRecords(
  { owner }: World,
  { organizationId, userIds }: Of,
): Promise<Look> {
  const { rows } = await owner.query(
    `select m.slot_uri as slot, m.status, m.start_at as start, m.end_at as end,
       m.moved_count as moved,
       (select coalesce(array_agg(host_uri), '{}') from meeting_host h
         where h.organization_id = m.organization_id and h.meeting_id = m.id) as hosts,
       (select coalesce(array_agg(concat_ws(' ', invitee_uri, email, status,
           case when no_show then 'stayed away' else 'no mark' end)), '{}')
         from meeting_invitee i where i.organization_id = m.organization_id
           and i.meeting_id = m.id and shown) as people
     from meeting m where organization_id = $1 and merged_into is null`,
    [organizationId],
  )
  const meetings = rows.map(
    (row): MeetingLook => ({
      ...row,
      start: row.start.toISOString(),
      end: row.end.toISOString(),
      hosts: row.hosts.toSorted(compare),
      people: row.people.toSorted(compare),
    }),
  )
  const hosts = new Map([...userIds].map(([uri, userId]) => [userId, uri]))
  const prospects = await owner.query(
    'select email_normalized, name, owner_user_id from prospect where organization_id = $1',
    [organizationId],
  )
  return {
    meetings: meetings.toSorted((a, b) => compare(a.slot, b.slot)),
    prospects: prospects.rows
      .map((row): ProspectLook => {
        return [row.email_normalized, row.name, hosts.get(row.owner_user_id) ?? 'nobody of ours']
      })
      .toSorted(([a], [b]) => compare(a, b)),
  }
}

/** The number of the newest word to the sockets. */
export async function lastWord({ owner }: World, { organizationId }: Of): Promise<number> {
  const { rows } = await owner.query<{ seq: string }>(
    'select coalesce(max(seq), 0) as seq from outbox where organization_id = $1',
    [organizationId],
  )
  return Number(rows[0]?.seq)
}

/** Promises that each time something ended comes to life again, it is written down. */
export async function watchEnds({ owner }: World): Promise<void> {
  await owner.query(`
    create table if not exists reopened (what text);
    create or replace function note_reopening() returns trigger language plpgsql
    security definer set search_path = public as $$ begin
      insert into reopened values (tg_table_name || ' ' || old.status || ' to ' || new.status);
      return null;
    end $$;
    create or replace trigger note_reopening after update on meeting for each row
      when (old.status = 'canceled' and new.status <> 'canceled')
      execute function note_reopening();
    create or replace trigger note_reopening after update on meeting_invitee for each row
      when (old.status <> 'active' and new.status = 'active')
      execute function note_reopening()`)
}

/** All that the records may never show, whatever the ledger says. */
export async function lookForBreaches({ owner }: World, { organizationId }: Of): Promise<string[]> {
  const found: string[] = []
  const none = async (what: string, text: string): Promise<void> => {
    const { rows } = await owner.query(text, text.includes('$1') ? [organizationId] : [])
    for (const row of rows) found.push(`${what}: ${JSON.stringify(row)}`)
  }
  await none('re-opened', 'select what, count(*) from reopened group by what')
  await none(
    'an event without its effect',
    `select status, reason, kind from inbound_event where organization_id = $1
       and status <> 'processed'`,
  )
  await none(
    'a number of the outbox is missing',
    `select seq, next from (select seq, lead(seq) over (order by seq) as next from outbox
       where organization_id = $1) as s where next <> seq + 1`,
  )
  await none(
    'told as new twice',
    `select event, payload->>'id' as id, count(*) from outbox
       where organization_id = $1 and event like '%:created' group by 1, 2 having count(*) > 1`,
  )
  await none(
    'told as living after its end',
    `select meeting, seq from (select payload->>'id' as meeting, seq, payload->>'status' as is,
         lag(payload->>'status') over (partition by payload->>'id' order by seq) as was
       from outbox where organization_id = $1 and event like 'meeting:%'
         and payload ? 'status') as s where was = 'canceled' and s.is <> 'canceled'`,
  )
  return found
}
