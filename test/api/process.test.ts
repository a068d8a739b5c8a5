import { homedir } from 'node:os'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openDatabase } from '../../db/database.ts'
import { bytes, delivery, RITA, signed } from '../support/calendly-payloads.ts'
import { createTestDatabase } from '../support/postgres.ts'
import type { TestDatabase } from '../support/postgres.ts'
import { freePort } from '../support/ports.ts'
import { devServer } from '../support/temporal.ts'
import { aTenant, JWT_SECRET, KEY_RING } from './harness.ts'

const MAIN = fileURLToPath(new URL('../../api/main.ts', import.meta.url))

async function answered(url: string): Promise<Response> {
  const end = Date.now() + 15_000
  for (;;)
    try {
      return await fetch(url)
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
}

/** Promises that a condition has come true within half a minute. */
async function until(
  isTrue: () => boolean | Promise<boolean>,
  output: () => string,
): Promise<void> {
  const end = Date.now() + 30_000
  while (!(await isTrue()) && Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20))
  assert.ok(await isTrue(), output())
}

describe('api process', () => {
  let urls: TestDatabase
  const children: ChildProcess[] = []
  before(async () => void (urls = await createTestDatabase()))
  after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await urls.drop()
  })

  const environment = (port: number): Record<string, string> => ({
    // The compiler behind the bundler keeps its native part below the user's home.
    HOME: homedir(),
    PORT: String(port),
    HOST: '127.0.0.1',
    API_URL: `http://localhost:${port}`,
    APP_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: urls.appUrl,
    DATABASE_INGRESS_URL: urls.ingressUrl,
    ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    CALENDLY_AUTH_URL: 'http://127.0.0.1:9',
    CALENDLY_API_URL: 'http://127.0.0.1:9',
    CALENDLY_CLIENT_ID: 'client',
    CALENDLY_CLIENT_SECRET: 'canary-secret',
    AUTH_JWT_SECRET: JWT_SECRET,
    // Nobody listens on the discard port: Temporal is down.
    TEMPORAL_ADDRESS: '127.0.0.1:9',
  })

  function run(env: Record<string, string>): { child: ChildProcess; output: () => string } {
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => void (output += chunk.toString()))
    return { child, output: () => output }
  }

  it('starts and serves while Temporal is down, calls itself degraded, and ends on SIGTERM', async () => {
    const port = await freePort()
    const { child, output } = run(environment(port))

    const health = await answered(`http://127.0.0.1:${port}/health`)
    const ready = await answered(`http://127.0.0.1:${port}/ready`)
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number | null]

    assert.equal(health.status, 200)
    assert.equal(((await ready.json()) as { status: string }).status, 'degraded', output())
    assert.equal(code, 0, output())
    assert.doesNotMatch(output(), /canary/)
  })

  it('stores a delivery and works on it itself, through the connection it shares with its worker', async function workItself() {
    this.timeout(120_000)
    const { address } = await devServer()
    const port = await freePort()
    const { output } = run({ ...environment(port), TEMPORAL_ADDRESS: address })
    const base = `http://127.0.0.1:${port}`
    await answered(`${base}/health`)
    await until(() => output().includes('works on events'), output)
    const owner = new pg.Pool({ connectionString: urls.ownerUrl, max: 1 })
    const database = await openDatabase({ url: urls.appUrl, keyRing: KEY_RING })
    const tenant = await aTenant({ database, owner }, { userUri: RITA })
    const body = bytes(delivery('invitee.created'))
    const t = Math.floor(Date.now() / 1_000)

    const answer = await fetch(`${base}/webhooks/calendly/${tenant.endpoint}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'calendly-webhook-signature': signed(tenant.signingKey, { t, body }),
      },
      body: new Uint8Array(body),
    })
    let status = ''
    await until(async () => {
      const { rows } = await owner.query<{ status: string }>('select status from inbound_event')
      status = rows[0]?.status ?? 'none'
      return status === 'processed'
    }, output)
    const { rows: prospects } = await owner.query<{ name: string }>('select name from prospect')
    await database.close()
    await owner.end()

    assert.equal(answer.status, 200)
    assert.deepEqual(prospects, [{ name: 'Pat Prospect' }])
    assert.doesNotMatch(output(), /pat@prospect|Pat Prospect/)
  })

  it('stops with one list of every mistake, and none of the values', async () => {
    const { APP_URL: _, ...incomplete } = environment(await freePort())

    const { child, output } = run({ ...incomplete, API_URL: 'canary', LOG_LEVEL: 'canary' })
    const [code] = (await once(child, 'close')) as [number | null]

    assert.equal(code, 1)
    for (const name of ['APP_URL is missing', 'API_URL is not valid', 'LOG_LEVEL is not valid'])
      assert.ok(output().includes(name), output())
    assert.doesNotMatch(output(), /canary/)
  })
})
