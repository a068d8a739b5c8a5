import type { World } from '../db/world.ts'

/** All that bookings left in one organization; generated ids by what they stand for, no clocks. */
export async function lookAtBookings({ owner }: World, organizationId: string) {
  const read = async (text: string): Promise<Record<string, unknown>[]> =>
    (await owner.query(text, [organizationId])).rows
  const names = new Map<string, string>()
  const name = await read(
    `select id::text, 'meeting ' || (select min(slot_uri) from meeting_slot s
         where s.organization_id = m.organization_id and s.meeting_id = m.id) as name
       from meeting m where organization_id = $1
     union all select id::text, 'prospect ' || email_normalized from prospect
       where organization_id = $1
     union all select id::text, 'integration' from integration where organization_id = $1
     union all select id::text, 'user' from app_user where organization_id = $1
     union all select provider_user_uri, 'account' from integration where organization_id = $1
     union all select $1::text, 'organization'`,
  )
  for (const row of name) names.set(String(row['id']), String(row['name']))
  const plain = (row: object): string =>
    JSON.stringify(row, (key, value: unknown) =>
      ['created_at', 'updated_at', 'seq'].includes(key) ? undefined : value,
    ).replaceAll(/"([^"]*)"/g, (all, id: string) => `"${names.get(id) ?? all}"`)
  const all = async (table: string): Promise<string[]> =>
    (await read(`select * from ${table} where organization_id = $1`)).map(plain).toSorted()
  const outbox = await read('select * from outbox where organization_id = $1 order by seq')
  const events = await read('select * from inbound_event where organization_id = $1')
  return {
    prospects: await all('prospect'),
    meetings: await all('meeting'),
    slots: await all('meeting_slot'),
    invitees: await all('meeting_invitee'),
    hosts: await all('meeting_host'),
    told: outbox.map(plain).toSorted(),
    events: events
      .map((row) => [row['status'], row['reason'], row['workflow_id'], row['attempts']])
      .toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
  }
}
