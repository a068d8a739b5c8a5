import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { applyBooking } from '../../db/bookings.ts'
import { openDatabase } from '../../db/database.ts'
import { anInvitee, aSlot } from '../support/booking-stories.ts'
import { fillTenant, type TableShape, tenantTables } from './catalog.ts'
import { aTenant, KEY_RING, openWorld, type Tenant, type World } from './world.ts'

describe('tenancy', () => {
  let world: World
  let app: pg.Client
  let tables: readonly TableShape[]
  let mine: Tenant
  let theirs: Tenant

  before(async () => {
    world = await openWorld()
    app = new pg.Client({ connectionString: world.urls.appUrl })
    await app.connect()
    tables = await tenantTables(world.owner)
    mine = await aTenant(world)
    theirs = await aTenant(world)
    for (const { organizationId } of [mine, theirs])
      await fillTenant(world.owner, { organizationId, tables })
  })
  after(async () => {
    await app.end()
    await world.close()
  })

  /** Runs statements as the app, bound to a tenant, and undoes them. */
  async function as<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    await app.query('begin')
    try {
      await app.query(`select set_config('app.organization', $1, true)`, [organizationId])
      return await work()
    } finally {
      await app.query('rollback')
    }
  }

  const count = async (table: string, where: string, values: unknown[] = []): Promise<number> =>
    Number((await app.query(`select count(*) from ${table} where ${where}`, values)).rows[0].count)

  const primaryKey = async (table: string): Promise<string> => {
    const { rows } = await world.owner.query<{ columns: string }>(
      `select string_agg(a.attname, ', ') as columns from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
       where i.indrelid = $1::regclass and i.indisprimary`,
      [table],
    )
    return rows[0]?.columns ?? ''
  }

  /** Every way in which rows of another tenant could be seen or touched; empty when there is none. */
  async function leaks({ name, key, columns }: TableShape): Promise<string[]> {
    const other = [theirs.organizationId]
    const found: string[] = []
    const attempt = async (how: string, text: string, values: unknown[]): Promise<void> => {
      await as(mine.organizationId, async () => {
        const { rowCount } = await app.query(text, values)
        if ((rowCount ?? 0) > 0) found.push(`${name}: ${how}`)
      }).catch((error: unknown) => {
        if (!REFUSED.has(String((error as { code?: unknown }).code))) throw error
      })
    }
    await attempt('select', `select 1 from ${name} where ${key} = $1`, other)
    await attempt('update', `update ${name} set ${key} = ${key} where ${key} = $1`, other)
    await attempt('delete', `delete from ${name} where ${key} = $1`, other)
    const copy = columns.map((column) => (column === key ? `$1::uuid` : column)).join(', ')
    const insert = `insert into ${name} (${columns.join(', ')}) select ${copy} from ${name} limit 1`
    await attempt('insert', insert, other)
    await attempt('upsert', `${insert} on conflict do nothing returning 1`, other)
    await attempt(
      'over',
      `${insert} on conflict (${await primaryKey(name)}) do update
      set ${key} = excluded.${key} returning 1`,
      other,
    )
    await attempt('move', `update ${name} set ${key} = $1 where ${key} <> $1`, other)
    await attempt('lock', `select 1 from ${name} where ${key} = $1 for share`, other)
    await attempt('join', `select 1 from ${name} a join ${name} b on b.${key} = $1`, other)
    await attempt('exists', `select where exists (select from ${name} where ${key} = $1)`, other)
    await attempt('returning', `delete from ${name} where ${key} = $1 returning *`, other)
    await attempt(
      'sample',
      `select 1 from ${name} tablesample system (100) where ${key} = $1`,
      other,
    )
    await attempt('empty', `truncate ${name} cascade`, [])
    await attempt(
      'count',
      `select 1 from ${name} having count(*) filter (where ${key} = $1) > 0`,
      other,
    )
    return found
  }
  const REFUSED = new Set(['42501', '23514'])

  it('finds every table with an organization, and all of them filled for both tenants', async () => {
    for (const { name, key } of tables)
      for (const { organizationId } of [mine, theirs]) {
        const { rows } = await world.owner.query(
          `select count(*)::int as n from ${name} where ${key} = $1`,
          [organizationId],
        )
        assert.ok(rows[0].n > 0, `${name} is empty`)
      }
    assert.ok(tables.length >= 21)
  })

  it('forces row security on every table, with a check on what is written', async () => {
    const { rows } = await world.owner.query(`
      select c.relname, c.relrowsecurity and c.relforcerowsecurity as forced,
        exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd in ('*', 'a')
          and p.polwithcheck is not null and p.polqual is not null
          and p.polroles = array['rendezvous_app'::regrole::oid]) as bound
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and c.relname not like 'kysely%'`)

    const tenant = new Set(tables.map(({ name }) => name))
    for (const { relname, forced, bound } of rows) {
      assert.ok(forced, `${relname} does not force row security`)
      if (tenant.has(relname) && relname !== 'identity') assert.ok(bound, `${relname}: no check`)
    }
  })

  it('begins every unique key and foreign key of a tenant table with the organization', async () => {
    const { rows } = await world.owner.query(
      `
      select c.relname as table, i.indexrelid::regclass::text as key, a.attname as first
      from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where i.indisunique and c.relname = any ($1)
      union all
      select c.relname, k.conname, a.attname from pg_constraint k
      join pg_class c on c.oid = k.conrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
      where k.contype = 'f' and c.relname = any ($1)`,
      [
        tables
          .map(({ name }) => name)
          .filter((name) => !['organization', 'identity'].includes(name)),
      ],
    )

    assert.ok(rows.length > 40)
    for (const { table, key, first } of rows)
      assert.equal(first, 'organization_id', `${table}: ${key} begins with ${first}`)
  })

  it('runs as the very role of api and worker', async () => {
    const { rows } = await app.query('select current_user as role')

    assert.equal(rows[0].role, 'rendezvous_app')
  })

  it('shows and changes nothing of another tenant, in any table and any way', async () => {
    const found: string[] = []
    for (const table of tables) found.push(...(await leaks(table)))

    assert.deepEqual(found, [])
  })

  it('sees nothing at all without a tenant', async () => {
    for (const { name } of tables) {
      const seen = await count(name, 'true').catch((error: unknown) => {
        assert.equal((error as { code?: unknown }).code, '42501')
        return 0
      })
      assert.equal(seen, 0, name)
    }
  })

  it('turns red when the policy of one table is dropped', async () => {
    const prospects = tables.filter(({ name }) => name === 'prospect')
    await world.owner.query('alter table prospect disable row level security')

    const found = await leaks(prospects[0] ?? assert.fail())
    await world.owner.query('alter table prospect enable row level security')

    assert.ok(found.includes('prospect: select') && found.includes('prospect: delete'))
  })

  it('never mixes tenants in interleaved transactions on two connections', async () => {
    const one = { database: world.database, tenants: [mine, theirs] }
    const look = (tenant: Tenant) =>
      one.database.withTenant(tenant.organizationId, async ({ trx }) => {
        const rows = await trx.selectFrom('prospect').select('organization_id').execute()
        await new Promise(setImmediate)
        const again = await trx.selectFrom('integration').select('organization_id').execute()
        return [...rows, ...again].every((row) => row.organization_id === tenant.organizationId)
      })

    const looks = await Promise.all(
      Array.from({ length: 400 }, (_, index) => look(one.tenants[index % 2] ?? mine)),
    )

    assert.ok(looks.every((own) => own))
  })

  it('leaves nothing of a tenant behind on its connection', async () => {
    const url = world.urls.appUrl
    const one = await openDatabase({ url, keyRing: KEY_RING, poolSize: 1 })
    await one.withTenant(theirs.organizationId, () => Promise.resolve())

    const left = await one.withTenant(mine.organizationId, async ({ trx }) => {
      // Out of the transaction for a moment: what is set now was there before it began.
      await sql`rollback`.execute(trx)
      const { rows } = await sql<{ left: string | null }>`
        select nullif(current_setting('app.organization', true), '') as left`.execute(trx)
      await sql`begin`.execute(trx)
      return rows[0]?.left
    })
    await one.close()

    assert.equal(left, null)
  })

  it('lets no booking refer to rows of another tenant', async () => {
    const event = {
      provider: 'calendly',
      kind: 'created',
      invitee: anInvitee({ uri: 'i', slotUri: 's' }),
      slot: aSlot({ uri: 's' }),
    } as const

    const foreign = world.database.withTenant(mine.organizationId, (tx) =>
      applyBooking(tx, { integrationId: theirs.integrationId, event, eventId: null }),
    )

    await assert.rejects(foreign, /no such row/)
  })

  it('refuses to change or remove what the audit says', async () => {
    for (const text of [
      'update audit_entry set action = $1',
      'delete from audit_entry where $1 = $1',
    ])
      await assert.rejects(
        as(mine.organizationId, () => app.query(text, ['x'])),
        { code: '42501' },
      )
    await assert.rejects(
      world.owner.query(`do $$ begin
        perform set_config('app.organization', '${mine.organizationId}', true);
        alter table audit_entry no force row level security;
        update audit_entry set action = 'x';
      end $$`),
      { code: '42501' },
    )
  })

  it('refuses to date an entry of the audit back', async () => {
    const text = `insert into audit_entry (organization_id, id, at, action, subject)
      values ($1, $1, '2020-01-01', 'x', 'x')`

    await assert.rejects(
      as(mine.organizationId, () => app.query(text, [mine.organizationId])),
      { code: '42501' },
    )
  })

  it('refuses even its owner to empty the audit or the ledger', async () => {
    for (const table of ['audit_entry', 'credit_entry'])
      await assert.rejects(world.owner.query(`truncate ${table} cascade`), { code: '42501' }, table)
  })

  it('refuses a tenant id that is none', async () => {
    const none = world.database.withTenant(`${randomUUID()}' or true --`, () => Promise.resolve(1))

    await assert.rejects(none, /id of an organization/)
  })
})
