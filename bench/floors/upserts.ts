import type pg from 'pg'

/** An invitee's e-mail, name and time zone, then the ten facts of the meeting. */
export type Booked = readonly unknown[]

const ON_PERSON =
  'on conflict (email) do update set name = excluded.name, timezone = excluded.timezone'
const ON_MEETING = `on conflict (invitee_uri) do update set name = excluded.name,
  start_at = excluded.start_at, end_at = excluded.end_at, location = excluded.location,
  answers = excluded.answers`
const PERSON = `insert into prospect values ($1, $2, $3) ${ON_PERSON}`
const MEETING = `insert into meeting values ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10) ${ON_MEETING}`
const BOTH = `with person as (${PERSON})
  insert into meeting values ($4, $1, $5, $6, $7, $8, $9, $10, $11, $12) ${ON_MEETING}`

/** Two upserts inside a transaction, the way it is written everywhere. */
export const inTransaction =
  (pool: pg.Pool) =>
  async (booked: Booked): Promise<void> => {
    const client = await pool.connect()
    await client.query('begin')
    await client.query({ name: 'person', text: PERSON, values: booked.slice(0, 3) })
    const values = [booked[0], ...booked.slice(3)]
    await client.query({ name: 'meeting', text: MEETING, values })
    await client.query('commit')
    client.release()
  }

/** Both in one statement, which is a transaction and one round trip: as fast as it gets. */
export const inOneStatement =
  (pool: pg.Pool) =>
  async (booked: Booked): Promise<void> => {
    await pool.query({ name: 'both', text: BOTH, values: [...booked] })
  }
