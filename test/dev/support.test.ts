import assert from 'node:assert/strict'
import { after, describe, it } from 'mocha'
import pg from 'pg'
import { createTestDatabase } from '../support/postgres.ts'
import { devServer, timeSkippingEnv } from '../support/temporal.ts'

describe('the servers of a test run', () => {
  const drops: (() => Promise<void>)[] = []

  after(() => Promise.all(drops.map((drop) => drop())))

  it('gives every file a migrated database that its neighbours do not see', async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()]
    drops.push(one.drop, other.drop)

    await query(one.ownerUrl, 'create table only_here (id int)')

    const tables = "select count(*)::int as n from pg_tables where schemaname = 'public'"
    const [mine, theirs] = [await query(one.ownerUrl, tables), await query(other.ownerUrl, tables)]
    assert.ok(Number(theirs['n']) > 10)
    assert.equal(mine['n'], Number(theirs['n']) + 1)
  })

  it('lets the roles of app and ingress in, as themselves', async () => {
    const database = await createTestDatabase()
    drops.push(database.drop)

    const app = await query(database.appUrl, 'select current_user as name')
    const ingress = await query(database.ingressUrl, 'select current_user as name')

    assert.equal(app['name'], 'rendezvous_app')
    assert.equal(ingress['name'], 'rendezvous_ingress')
  })

  it('keeps what was committed: neither fsync nor synchronous_commit is off', async () => {
    const database = await createTestDatabase()
    drops.push(database.drop)

    const fsync = await query(database.ownerUrl, 'show fsync')
    const commit = await query(database.ownerUrl, 'show synchronous_commit')

    assert.deepEqual([fsync['fsync'], commit['synchronous_commit']], ['on', 'on'])
  })

  it('shares one Temporal server that knows our search attributes', async () => {
    const { connection } = await devServer()

    const listed = await connection.operatorService.listSearchAttributes({ namespace: 'default' })

    const ours = Object.keys(listed.customAttributes ?? {}).filter((name) => name.startsWith('Rv'))
    assert.deepEqual(ours.sort(), [
      'RvHealth',
      'RvIntegration',
      'RvOrganization',
      'RvPhase',
      'RvProvider',
    ])
  })

  it('skips a month of waiting in less than real seconds', async () => {
    const env = await timeSkippingEnv()
    const before = await env.currentTimeMs()

    await env.sleep('30 days')

    const passed = (await env.currentTimeMs()) - before
    await env.teardown()
    assert.ok(passed >= 30 * 86_400_000)
  })
})

async function query(url: string, statement: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows[0] ?? {}
  } finally {
    await client.end()
  }
}
