import { createHmac, timingSafeEqual } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import Fastify from 'fastify'
import pg from 'pg'

// Floor: the shortest way through the same engine. The start is eager, the step a local activity.
const { DATABASE_URL = '', POOL_SIZE = '', SIGNING_KEY = '', TEMPORAL_ADDRESS = '' } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_SIZE) })
await pool.query(`create table prospect (email text primary key, name text, timezone text);
  create table meeting (invitee_uri text primary key, email text not null references prospect,
    name text, start_at timestamptz, end_at timestamptz, location jsonb, answers jsonb, utm jsonb,
    cancel_url text, reschedule_url text)`)
const UPSERT = `with person as (
  insert into prospect values ($1, $2, $3)
    on conflict (email) do update set name = excluded.name, timezone = excluded.timezone
), met as (
  insert into meeting values ($4, $1, $5, $6, $7, $8, $9, $10, $11, $12)
    on conflict (invitee_uri) do update set name = excluded.name, start_at = excluded.start_at,
      end_at = excluded.end_at, location = excluded.location, answers = excluded.answers)
  select pg_notify('seen', $1)`

const upsert = async (values: unknown[]): Promise<void> =>
  void (await pool.query({ name: 'upsert', text: UPSERT, values }))
const taskQueue = 'bench-floor'
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS })
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./bare-workflow-plot.ts', import.meta.url)),
  activities: { upsert },
})
void worker.run()
const client = new Client({ connection })

const app = Fastify({ logger: true, disableRequestLogging: true })
const raw = async (_: unknown, body: Buffer): Promise<Buffer> => body
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, raw)
app.post('/webhooks/:endpoint', async (request, reply) => {
  const began = performance.now()
  const body = request.body as Buffer
  const header = String(request.headers['calendly-webhook-signature'])
  const [, t = '', v1 = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? []
  const digest = createHmac('sha256', SIGNING_KEY).update(`${t}.`).update(body).digest()
  if (v1 === '' || !timingSafeEqual(digest, Buffer.from(v1, 'hex'))) return reply.code(401).send()
  const { payload: it } = JSON.parse(body.toString())
  const { scheduled_event: slot } = it
  const values = [it.email, it.name, it.timezone, it.uri, slot.name, slot.start_time, slot.end_time]
  values.push(slot.location, JSON.stringify(it.questions_and_answers), it.tracking)
  values.push(it.cancel_url, it.reschedule_url)
  const options = { taskQueue, workflowId: it.uri, args: [values], requestEagerStart: true }
  await client.workflow.start('bookProspect', options)
  request.log.info({ ms: Math.round(performance.now() - began) }, 'verified and started')
  return reply.header('content-type', 'application/json; charset=utf-8').send('{}')
})
const url = await app.listen({ port: 0, host: '127.0.0.1' })
process.once('disconnect', () => process.exit())
process.send?.({ ready: true, port: Number(new URL(url).port) })
