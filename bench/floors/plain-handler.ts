import { createHmac, timingSafeEqual } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'
import { inOneStatement, inTransaction } from './upserts.ts'

// Floor: what an experienced developer writes in a morning. One process, no inbox, no engine.
const { DATABASE_URL = '', POOL_SIZE = '', ENDPOINT, SIGNING_KEY } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_SIZE) })
await pool.query(`create table endpoint (id text primary key, signing_key text not null);
  create table prospect (email text primary key, name text, timezone text);
  create table meeting (invitee_uri text primary key, email text not null references prospect,
    name text, start_at timestamptz, end_at timestamptz, location jsonb, answers jsonb, utm jsonb,
    cancel_url text, reschedule_url text)`)
await pool.query('insert into endpoint values ($1, $2)', [ENDPOINT, SIGNING_KEY])

const upsert = (process.env['ONE_STATEMENT'] === '1' ? inOneStatement : inTransaction)(pool)

let known = { key: '', until: 0 }
async function keyOf(endpoint: string): Promise<string> {
  if (Date.now() < known.until) return known.key
  const found = await pool.query('select signing_key from endpoint where id = $1', [endpoint])
  known = { key: found.rows[0]?.signing_key ?? '', until: Date.now() + 5_000 }
  return known.key
}

function isSigned(header: string, body: Buffer, key: string): boolean {
  const [, t = '', v1 = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? []
  if (Math.abs(Date.now() / 1000 - Number(t)) > 180 || v1 === '') return false
  const digest = createHmac('sha256', key).update(`${t}.`).update(body).digest()
  return timingSafeEqual(digest, Buffer.from(v1, 'hex'))
}

const app = Fastify({ logger: true, disableRequestLogging: true })
const raw = async (_: unknown, body: Buffer): Promise<Buffer> => body
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, raw)
app.post<{ Params: { endpoint: string } }>('/webhooks/:endpoint', async (request, reply) => {
  const began = performance.now()
  const body = request.body as Buffer
  const header = String(request.headers['calendly-webhook-signature'])
  const key = await keyOf(request.params.endpoint)
  if (!isSigned(header, body, key)) return reply.code(401).send('{}')
  const { payload: it } = JSON.parse(body.toString())
  const { scheduled_event: slot } = it
  const values = [it.email, it.name, it.timezone, it.uri, slot.name, slot.start_time, slot.end_time]
  values.push(slot.location, JSON.stringify(it.questions_and_answers), it.tracking)
  values.push(it.cancel_url, it.reschedule_url)
  await upsert(values)
  request.log.info({ ms: Math.round(performance.now() - began) }, 'verified and stored')
  return reply.header('content-type', 'application/json; charset=utf-8').send('{}')
})
const url = await app.listen({ port: 0, host: '127.0.0.1' })
process.once('disconnect', () => process.exit())
process.send?.({ ready: true, port: Number(new URL(url).port) })
