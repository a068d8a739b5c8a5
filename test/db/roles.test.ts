import assert from 'node:assert/strict'
import pg from 'pg'
import { openDatabase } from '../../db/database.ts'
import { DatabaseUnavailable, KeyRingMismatch, RoleRefused } from '../../db/errors.ts'
import { openIngressStore } from '../../db/ingress-store.ts'
import { parseKeyRing } from '../../db/key-ring.ts'
import { migrate } from '../../db/migrate.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.ts'
import { aTenant, KEY_RING, openWorld, type World } from './world.ts'

describe('database roles', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  const withLogin = async (
    role: string,
    setUp: readonly string[],
    work: (url: string) => Promise<void>,
  ) => {
    const url = new URL(world.urls.ownerUrl)
    url.username = role
    url.password = 'secret'
    await world.owner.query(`create role ${role} login password 'secret'`)
    try {
      for (const text of setUp) await world.owner.query(text)
      await work(url.href)
    } finally {
      await world.owner.query(`drop owned by ${role}`)
      await world.owner.query(`drop role ${role}`)
    }
  }

  it('refuses to run as the owner or a superuser, for app and ingress', async () => {
    const { ownerUrl: url } = world.urls

    await assert.rejects(openDatabase({ url, keyRing: KEY_RING }), RoleRefused)
    await assert.rejects(openIngressStore({ url, keyRing: KEY_RING }), RoleRefused)
  })

  it('refuses a role that bypasses row security, and one that can become such a role', async () => {
    await withLogin('bypasser', ['alter role bypasser bypassrls'], async (url) => {
      await assert.rejects(openDatabase({ url, keyRing: KEY_RING }), /bypasses row security/)
    })
    const { rows } = await world.owner.query('select current_user as owner')
    const grant = `grant ${rows[0].owner} to climber with inherit false`
    await withLogin('climber', [grant], async (url) => {
      await assert.rejects(openDatabase({ url, keyRing: KEY_RING }), /belongs to/)
    })
  })

  it('gives the app no right to truncate, to make objects or to become another role', async () => {
    const app = new pg.Client({ connectionString: world.urls.appUrl })
    await app.connect()
    for (const text of [
      'truncate prospect',
      'create table own (id int)',
      'create function f() returns int language sql as $$ select 1 $$',
      'set role rendezvous_gate',
      'select * from identity',
      'select * from unrouted_delivery',
      'select * from operator_setting',
      'update outbox set event = event',
      'delete from outbox',
      'alter table prospect disable row level security',
    ])
      await assert.rejects(app.query(text), { code: '42501' }, text)
    await app.end()
  })

  it('lets the ingress call its functions and touch nothing else', async () => {
    const { endpoint } = await aTenant(world)
    const ingress = new pg.Client({ connectionString: world.urls.ingressUrl })
    await ingress.connect()

    const keys = await ingress.query('select * from endpoint_keys($1)', [endpoint])
    const { rows: tables } = await world.owner.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'S')`,
    )
    const { rows: functions } = await world.owner.query<{ name: string }>(
      `select proname as name from pg_proc where pronamespace = 'public'::regnamespace
         and has_function_privilege('rendezvous_ingress', oid, 'execute') order by 1`,
    )

    assert.equal(keys.rowCount, 1)
    for (const { name } of tables)
      for (const text of [
        `select 1 from ${name}`,
        `delete from ${name}`,
        `insert into ${name} default values`,
      ])
        await assert.rejects(ingress.query(text), { code: '42501' }, text)
    assert.deepEqual(
      functions.map(({ name }) => name),
      [
        'accept_events',
        'count_late',
        'count_rejection',
        'endpoint_keys',
        'keep_canary',
        'keep_unrouted',
        'keys_for_account',
      ],
    )
    await ingress.end()
  })

  it('keeps every function that crosses tenants with the gate, under a fixed search path', async () => {
    const { rows } = await world.owner.query(
      `select proname, proowner::regrole::text as owner, array_to_string(proconfig, ' ') as config
       from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`,
    )
    const { rows: gate } = await world.owner.query(
      `select rolcanlogin, rolsuper, rolbypassrls from pg_roles where rolname = 'rendezvous_gate'`,
    )

    assert.ok(rows.length >= 19)
    for (const { proname, owner, config } of rows) {
      assert.equal(owner, 'rendezvous_gate', proname)
      assert.match(config, /^search_path=pg_catalog, public, pg_temp/, proname)
    }
    assert.deepEqual(gate, [{ rolcanlogin: false, rolsuper: false, rolbypassrls: false }])
  })

  it('stops the start when the key ring is not the one of this database', async () => {
    const other = parseKeyRing(`test:${Buffer.alloc(32, 8).toString('base64')}`)
    const { appUrl: url, ingressUrl } = world.urls

    await assert.rejects(openDatabase({ url, keyRing: other }), KeyRingMismatch)
    await assert.rejects(openIngressStore({ url: ingressUrl, keyRing: other }), KeyRingMismatch)
  })

  it('opens with a rotated ring that still holds the old key', async () => {
    const rotated = parseKeyRing(
      `new:${Buffer.alloc(32, 9).toString('base64')},test:${Buffer.alloc(32, 7).toString('base64')}`,
    )

    const database = await openDatabase({ url: world.urls.appUrl, keyRing: rotated })

    await assert.doesNotReject(database.ping())
    await database.close()
  })

  it('names a database that is not there as unavailable', async () => {
    const url = 'postgres://rendezvous_app:x@127.0.0.1:1/none'

    await assert.rejects(openDatabase({ url, keyRing: KEY_RING }), DatabaseUnavailable)
  })

  it('names a connection that is cut off as unavailable, and recovers', async () => {
    const urls = await createTestDatabase()
    const database = await openDatabase({ url: urls.appUrl, keyRing: KEY_RING, poolSize: 1 })
    const nobody = '00000000-0000-7000-8000-000000000000'

    const cut = database.withTenant(nobody, async ({ trx }) => {
      const { rows } = await world.owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = $1 and usename = 'rendezvous_app'`,
        [urls.name],
      )
      assert.ok(rows.length > 0)
      return trx.selectFrom('prospect').select('id').execute()
    })

    await assert.rejects(cut, DatabaseUnavailable)
    assert.deepEqual(
      await database.withTenant(nobody, ({ trx }) =>
        trx.selectFrom('prospect').select('id').execute(),
      ),
      [],
    )
    await database.close()
    await urls.drop()
  })

  it('migrates two databases of one cluster at once, and each a second time for nothing', async () => {
    const [one, two] = [await createEmptyDatabase(), await createEmptyDatabase()]
    const lines: string[] = []
    const log = (line: string): void => void lines.push(line)

    await Promise.all([one, one, two].map((urls) => migrate({ ...urls, log })))
    const ran = lines.length
    await migrate({ ...one, log })

    assert.equal(ran % 2, 0)
    assert.ok(lines.every((line) => line.endsWith('Success')))
    assert.equal(lines.length, ran)
    await Promise.all([one.drop(), two.drop()])
  })
})
