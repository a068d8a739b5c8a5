import assert from 'node:assert/strict'
import pg from 'pg'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

/** How many syncs an integration keeps, however old they are. */
const RUNS_KEPT = 20

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n)

describe('what integrations leave behind', () => {
  let world: World
  let mine: Tenant
  let theirs: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => {
    mine = await aTenant(world)
    theirs = await aTenant(world)
  })

  const query = async (text: string, values: readonly unknown[] = []) =>
    (await world.owner.query(text, [...values])).rows
  const forgetEnded = () => world.database.directory.purgeEnded(1_000)
  const forgetOld = () =>
    world.database.directory.purgeOldOfIntegrations(null, { integrations: 1_000, each: 1_000 })

  /** One operation of each kind of end and age, named by its reason. */
  const operations = ({ organizationId, integrationId, userId }: Tenant) =>
    query(
      `insert into operation (organization_id, id, kind, provider, user_id, integration_id, reason,
        outcome, finished_at, ready_at, expires_at)
      select $1, gen_random_uuid(), 'connect', 'calendly', $3, $2, name, outcome,
        now() - finished::interval, now() - ready::interval, now() - expires::interval
      from (values ('ended long ago', 'live', '91 days', '91 days', '91 days'),
        ('ended lately', 'live', '89 days', '200 days', '200 days'),
        ('never answered', null, null, null, '91 days'),
        ('asked lately', null, null, null, '89 days'),
        ('still going on', null, null, '200 days', '200 days'))
        as o (name, outcome, finished, ready, expires)`,
      [organizationId, integrationId, userId],
    )
  const operationsOf = async ({ organizationId }: Tenant) =>
    (
      await query('select reason from operation where organization_id = $1 order by 1', [
        organizationId,
      ])
    ).map(({ reason }) => reason)

  it('forgets operations a quarter after their end, and never one that goes on', async () => {
    for (const tenant of [mine, theirs]) await operations(tenant)
    await query(`update integration set wanted = 'disconnected' where id = $1`, [
      theirs.integrationId,
    ])

    const removed = [await forgetEnded(), await forgetEnded()]

    const left = ['asked lately', 'ended lately', 'still going on']
    assert.deepEqual(removed, [4, 0])
    assert.deepEqual([await operationsOf(mine), await operationsOf(theirs)], [left, left])
  })

  it('forgets closed gaps and settled debts after 400 days, and open ones never', async () => {
    const { organizationId, integrationId } = mine
    const tenant = [organizationId, integrationId]
    await query(
      `insert into gap (organization_id, id, integration_id, reason, opened_at, closed_at)
      select $1, gen_random_uuid(), $2, reason, now() - '500 days'::interval,
        now() - closed::interval
      from (values ('paused', '401 days'), ('paused', '399 days'), ('paused', null))
        as g (reason, closed)`,
      tenant,
    )
    await query(
      `insert into cleanup_debt (organization_id, id, integration_id, kind, remote_uri, expires_at,
        paid_at, destroyed_at, resolution)
      select $1, gen_random_uuid(), $2, 'hook', uri, now(), now() - paid::interval,
        now() - destroyed::interval, resolution
      from (values ('paid long ago', '401 days', null, 'paid'),
        ('destroyed long ago', null, '401 days', 'destroyed'),
        ('paid lately', '399 days', null, 'paid'), ('open', null, null, null))
        as d (uri, paid, destroyed, resolution)`,
      tenant,
    )

    const removed = [await forgetEnded(), await forgetEnded()]

    const gaps = await query(
      `select (now() - closed_at)::text as age from gap where organization_id = $1 order by 1`,
      [organizationId],
    )
    const debts = await query(
      `select remote_uri from cleanup_debt where organization_id = $1 order by 1`,
      [organizationId],
    )
    assert.deepEqual(removed, [3, 0])
    assert.deepEqual(
      gaps.map(({ age }) => age?.slice(0, 8) ?? null),
      ['399 days', null],
    )
    assert.deepEqual(
      debts.map(({ remote_uri }) => remote_uri),
      ['open', 'paid lately'],
    )
  })

  it('forgets how often was refused after 400 days', async () => {
    await query(`insert into rejection (provider, endpoint_known, reason, day) values
      ('calendly', true, 'old', current_date - 401), ('calendly', true, 'young', current_date - 399)`)

    await forgetEnded()

    assert.deepEqual(await query('select reason from rejection'), [{ reason: 'young' }])
  })

  it('forgets in portions, as many of each kind as asked for', async () => {
    for (const tenant of [mine, theirs]) await operations(tenant)

    const removed = [
      await world.database.directory.purgeEnded(3),
      await world.database.directory.purgeEnded(3),
    ]

    assert.deepEqual(removed, [3, 1])
  })

  /** Syncs of these ages in days. */
  const runs = ({ organizationId, integrationId }: Tenant, ages: readonly number[]) =>
    query(
      `insert into sync_run (organization_id, id, integration_id, kind, from_at, to_at, started_at)
      select $1, gen_random_uuid(), $2, 'window', now(), now(), now() - age * interval '1 day'
      from unnest($3::int[]) as age returning id`,
      [organizationId, integrationId, ages],
    )
  const agesOf = async ({ organizationId }: Tenant): Promise<number[]> =>
    (
      await query(
        `select extract(day from now() - started_at)::int as age from sync_run
        where organization_id = $1 order by 1`,
        [organizationId],
      )
    ).map(({ age }) => age)

  it('forgets syncs of more than a month, but of each integration the last ones stay', async () => {
    await runs(mine, upTo(60))
    await runs(theirs, upTo(600, 571))
    await query(`update integration set wanted = 'disconnected' where id = $1`, [
      theirs.integrationId,
    ])

    const { removed } = await forgetOld()

    assert.deepEqual(await agesOf(mine), upTo(29))
    assert.deepEqual(await agesOf(theirs), upTo(571 + RUNS_KEPT - 1, 571))
    assert.equal(removed, 31 + 10)
  })

  it('keeps a sync for as long as the gap that it closed is told', async () => {
    const [oldest] = await runs(mine, [500])
    await runs(mine, upTo(29))
    await query(
      `insert into gap (organization_id, id, integration_id, reason, closed_at, sync_run_id)
      values ($1, gen_random_uuid(), $2, 'paused', now() - '399 days'::interval, $3)`,
      [mine.organizationId, mine.integrationId, oldest.id],
    )

    await forgetOld()
    const told = await agesOf(mine)
    await query(`update gap set closed_at = now() - '401 days'::interval where sync_run_id = $1`, [
      oldest.id,
    ])
    await forgetEnded()
    await forgetOld()

    assert.deepEqual([told, await agesOf(mine)], [[...upTo(29), 500], upTo(29)])
  })

  it('reads no table from end to end, and shows the app nothing more than before', async () => {
    await runs(mine, upTo(60))
    const app = new pg.Client({ connectionString: world.urls.appUrl })
    await app.connect()

    await app.query('begin')
    await app.query('select purge_ended(10)')
    await app.query('select * from purge_old_of_integrations(null, 10, 10)')
    const { rows: scanned } = await app.query(
      `select relname from pg_stat_xact_user_tables where seq_scan > 0 order by 1`,
    )
    const { rows: shown } = await app.query('select 1 from sync_run union all select 1 from gap')
    await app.query('rollback')
    await app.end()

    assert.deepEqual([scanned, shown], [[], []])
  })
})
