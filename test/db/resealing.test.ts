import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type Database, openDatabase } from '../../db/database.ts'
import { KeyRingMismatch } from '../../db/errors.ts'
import { newId } from '../../db/ids.ts'
import { type KeyRing, parseKeyRing } from '../../db/key-ring.ts'
import { createPool } from '../../db/pool.ts'
import { createResealer } from '../../db/resealing.ts'
import { SEALED_PLACES } from '../../db/sealed-places.ts'
import { keyOf, open } from '../../db/sealing.ts'
import { assertReadable, assertTokens, sealSomething } from './sealed-values.ts'
import { aTenant, KEY_RING, openWorld, type Tenant, type World } from './world.ts'

const FRESH = `fresh:${randomBytes(32).toString('base64')}`
const OLD = `test:${Buffer.alloc(32, 7).toString('base64')}`
const ROTATED = parseKeyRing(`${FRESH},${OLD}`)

describe('key rotation', () => {
  let world: World
  let tenants: Tenant[]
  const opened: Database[] = []

  beforeEach(async () => {
    world = await openWorld()
    tenants = [await aTenant(world), await aTenant(world)]
    for (const tenant of tenants) await sealSomething(world, tenant)
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()))
    await world.close()
  })

  const reopen = async (keyRing: KeyRing): Promise<Database> => {
    const database = await openDatabase({ url: world.urls.appUrl, keyRing })
    opened.push(database)
    return database
  }

  /** The values of every sealed column, by the key that they are sealed under. */
  async function keysInUse(): Promise<Record<string, number>> {
    const keys: Record<string, number> = {}
    for (const name of Object.keys(SEALED_PLACES)) {
      const [table, column] = name.split('.')
      const { rows } = await world.owner.query<{ value: string }>(
        `select ${column} as value from ${table} where ${column} is not null`,
      )
      assert.ok(rows.length >= 2, `${name} is filled`)
      for (const { value } of rows) keys[keyOf(value)] = (keys[keyOf(value)] ?? 0) + 1
    }
    return keys
  }

  it('has a place for every sealed column of the catalog, and for no other', async () => {
    const { rows } = await world.owner.query<{ name: string }>(
      `select table_name || '.' || column_name as name from sealed_columns()`,
    )

    assert.deepEqual(rows.map(({ name }) => name).toSorted(), Object.keys(SEALED_PLACES).toSorted())
  })

  it('finds no sealed value in any column that the catalog does not know as sealed', async () => {
    const { rows: columns } = await world.owner.query<{ name: string; at: string }>(
      `select table_name as at, column_name as name from information_schema.columns
       where table_schema = 'public' and data_type in ('text', 'jsonb', 'character varying')`,
    )
    const found: string[] = []
    for (const { at, name } of columns) {
      const { rowCount } = await world.owner.query(
        `select 1 from ${at} where ${name}::text ~ '(^|")s1[.][A-Za-z0-9_-]+[.]' limit 1`,
      )
      if (rowCount !== 0) found.push(`${at}.${name}`)
    }

    assert.deepEqual(
      found.filter((name) => name !== 'operator_setting.value').toSorted(),
      Object.keys(SEALED_PLACES).toSorted(),
    )
  })

  it('stores nothing in clear in a sealed column', async () => {
    for (const name of Object.keys(SEALED_PLACES)) {
      const [table, column] = name.split('.')

      await assert.rejects(world.owner.query(`update ${table} set ${column} = 'in clear'`), {
        code: '23514',
      })
    }
  })

  it('seals every value of every tenant under the first key, and each still opens', async () => {
    const database = await reopen(ROTATED)
    const before = await keysInUse()

    const end = await database.reseal()

    const after = await keysInUse()
    assert.deepEqual(Object.keys(before), ['test'])
    assert.deepEqual(Object.keys(after), ['fresh'])
    assert.deepEqual(end, { resealed: after['fresh'], broken: 0, isDone: true })
    for (const tenant of tenants) await assertReadable(database, tenant)
  })

  it('has nothing left to do when it is run again', async () => {
    const database = await reopen(ROTATED)
    await database.reseal()

    assert.deepEqual(await database.reseal(), { resealed: 0, broken: 0, isDone: true })
  })

  it('lets readers with either order of keys work all the while', async () => {
    const database = await reopen(ROTATED)
    const behind = await reopen(parseKeyRing(`${OLD},${FRESH}`))
    const over = new AbortController()
    const reading = (async () => {
      let reads = 0
      for (; !over.signal.aborted || reads < 3; reads += 1)
        for (const one of [database, behind])
          for (const tenant of tenants) await assertTokens(one, tenant)
      return reads
    })()

    await database.reseal()
    over.abort()

    assert.ok((await reading) >= 3)
  })

  it('goes on where it was after it was killed between any two rows', async () => {
    const pool = createPool(world.urls.appUrl, 2)
    const database = await reopen(ROTATED)
    const total = (await keysInUse())['test'] ?? 0
    for (let kill = 1; kill < 12; kill += 1) {
      let done = 0
      const dying = createResealer({
        pool,
        keyRing: ROTATED,
        withTenant: async (id, work) => {
          done += 1
          if (done > kill) throw new Error('killed')
          return database.withTenant(id, work)
        },
      })

      await dying().catch(() => undefined)

      for (const tenant of tenants) await assertTokens(database, tenant)
    }
    const halfway = await keysInUse()
    const end = await database.reseal()
    await pool.end()

    assert.ok((halfway['fresh'] ?? 0) > 0 && (halfway['fresh'] ?? 0) <= total)
    assert.equal(end.isDone, true)
    assert.deepEqual(await keysInUse(), { fresh: total })
  })

  it('keeps the old key needed until all is done, and then not any longer', async () => {
    const alone = parseKeyRing(FRESH)
    await assert.rejects(reopen(alone), KeyRingMismatch)
    await (await reopen(ROTATED)).reseal()

    const database = await reopen(alone)

    for (const tenant of tenants) await assertReadable(database, tenant)
  })

  it('stops the start when a key is gone that a single value still needs', async () => {
    const database = await reopen(ROTATED)
    await database.reseal()
    const [tenant] = tenants
    assert.ok(tenant)
    await sealSomething({ database: world.database }, tenant, 2)

    await assert.rejects(reopen(parseKeyRing(FRESH)), /lacks test/)
  })

  it('leaves a value alone that opens nowhere, and the canary where it was', async () => {
    const database = await reopen(ROTATED)
    const [one, other] = tenants
    await world.owner.query(
      `update subscription a set signing_key = b.signing_key from subscription b
       where a.organization_id = $1 and b.organization_id = $2`,
      [one?.organizationId, other?.organizationId],
    )

    const end = await database.reseal()

    assert.deepEqual([end.broken, end.isDone], [1, false])
    await assert.rejects(reopen(parseKeyRing(FRESH)), KeyRingMismatch)
  })

  for (const [name, { key, placeOf }] of Object.entries(SEALED_PLACES))
    it(`opens ${name} in its own row and under no other row, field, tenant or generation`, async () => {
      const [table, column] = name.split('.')
      const { rows } = await world.owner.query<Record<string, string>>(
        `select organization_id::text as tenant, ${column} as value,
           ${key.map((one) => `${one}::text as ${one}`).join(', ')}
         from ${table} where ${column} is not null order by organization_id limit 1`,
      )
      const { tenant = '', value = '', ...row } = rows[0] ?? {}
      const place = placeOf(tenant, row)
      const moved = [
        { ...place, row: `${place.row}x` },
        { ...place, field: 'elsewhere' },
        { ...place, organizationId: newId() },
        { ...place, generation: place.generation + 1 },
        ...key.map((one) => placeOf(tenant, { ...row, [one]: `${row[one]}0` })),
      ]

      assert.notEqual(open(KEY_RING, place, value), '')
      for (const other of moved) assert.throws(() => open(KEY_RING, other, value), /does not open/)
    })
})
