import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Worker } from '@temporalio/worker'
import { createActivities } from '../../activities/index.ts'
import type { Database } from '../../db/database.ts'
import { askForSeries } from '../../db/series.ts'
import { occurrencesOf, type RecurrenceRule } from '../../domain/recurrence.ts'
import { operationStart, type SeriesResult } from '../../workflows/contract.ts'
import { aTenant, openWorld, type Tenant, type World } from '../db/world.ts'
import { keepHistory } from '../support/histories.ts'
import { aClient, aPackage } from '../support/session-facts.ts'
import { type DevServer, devServer, workflowBundle } from '../support/temporal.ts'

const RULE: RecurrenceRule = {
  frequency: 'weekly',
  count: 4,
  on: { weekday: 'monday' },
  time: '10:00',
  timezone: 'Europe/Paris',
  startDate: '2100-01-01',
  durationMinutes: 60,
}

describe('createSessionSeries', () => {
  let world: World
  let server: DevServer

  before(async () => {
    world = await openWorld()
    server = await devServer()
  })
  after(() => world.close())

  /** Somebody's wish for four sessions, paid by a package of so many. */
  async function asked(sessions: number): Promise<{ tenant: Tenant; seriesId: string }> {
    const tenant = await aTenant(world)
    const { organizationId, userId } = tenant
    const made = await world.database.withTenant(organizationId, async (tx) => {
      const clientId = await aClient(tx, { userId })
      return askForSeries(tx, {
        clientId,
        packageId: await aPackage(tx, clientId, { userId, sessions }),
        hostUserId: userId,
        createdBy: userId,
        idempotencyKey: 'once',
        requestHash: Buffer.alloc(32),
        rule: RULE,
        dates: occurrencesOf(RULE, Date.now()),
      })
    })
    assert.notEqual(made, 'mismatch')
    return { tenant, seriesId: made === 'mismatch' ? '' : made.seriesId }
  }

  async function run(
    { tenant, seriesId }: { tenant: Tenant; seriesId: string },
    { database = world.database, keepAs = '' }: { database?: Database; keepAs?: string } = {},
  ): Promise<SeriesResult> {
    const taskQueue = randomUUID()
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: createActivities({
        database,
        providers: {},
        apiUrl: 'http://localhost:3000',
        nudgeOwner: async () => {},
        log: { info: () => {}, warn: () => {} },
      }),
    })
    const { organizationId } = tenant
    const start = operationStart('series', { organizationId, operationId: seriesId })
    return worker.runUntil(async () => {
      const handle = await server.client.workflow.start('createSessionSeries', {
        ...start,
        taskQueue,
      })
      const result: SeriesResult = await handle.result()
      if (keepAs !== '') await keepHistory(keepAs, handle)
      return result
    })
  }

  async function kept(seriesId: string) {
    const { rows } = await world.owner.query(
      `select r.status, r.reason, r.idempotency_key as key,
        (select count(*)::int from session s where s.series_id = r.id) as sessions,
        (select count(*)::int from credit_entry e where e.package_id = p.id and e.kind = 'spend')
          as spent, p.credits_left as left
       from session_series r join client_package p on p.id = r.package_id where r.id = $1`,
      [seriesId],
    )
    return rows[0]
  }

  it('makes every session and spends every credit, under an id of the wish', async () => {
    const wish = await asked(5)

    const result = await run(wish, { keepAs: 'session-series-scheduled' })

    assert.equal(result, 'scheduled')
    assert.deepEqual(await kept(wish.seriesId), {
      status: 'scheduled',
      reason: null,
      key: 'once',
      sessions: 4,
      spent: 4,
      left: 1,
    })
    const { status } = await server.client.workflow.getHandle(`series:${wish.seriesId}`).describe()
    assert.equal(status.name, 'COMPLETED')
  })

  it('makes nothing where the credits do not suffice, and says the numbers', async () => {
    const wish = await asked(3)

    const result = await run(wish, { keepAs: 'session-series-failed' })

    assert.equal(result, 'failed')
    const { reason, ...row } = await kept(wish.seriesId)
    assert.match(reason, /4 sessions need 4 credits, and this package has 3 left/)
    assert.deepEqual(row, { status: 'failed', key: null, sessions: 0, spent: 0, left: 3 })
  })

  it('leaves none when it is killed in the middle, and all of them afterwards', async () => {
    const wish = await asked(4)
    const between: number[] = []
    const dying: Database = {
      ...world.database,
      withTenant: async (organizationId, work) => {
        if (between.length < 2) {
          const dead = world.database.withTenant(organizationId, async (tx) => {
            await work(tx)
            throw new Error('killed before the commit')
          })
          await dead.catch(() => undefined)
          between.push((await kept(wish.seriesId)).sessions)
          throw new Error('killed')
        }
        return world.database.withTenant(organizationId, work)
      },
    }

    const result = await run(wish, { database: dying })

    assert.deepEqual(between, [0, 0])
    assert.equal(result, 'scheduled')
    const { sessions, spent, left } = await kept(wish.seriesId)
    assert.deepEqual({ sessions, spent, left }, { sessions: 4, spent: 4, left: 0 })
  })

  it('makes a series once when its answer was lost after the commit', async () => {
    const wish = await asked(10)
    let isLost = false
    const losing: Database = {
      ...world.database,
      withTenant: async (organizationId, work) => {
        const result = await world.database.withTenant(organizationId, work)
        if (isLost) return result
        isLost = true
        throw new Error('the answer was lost')
      },
    }

    const result = await run(wish, { database: losing })

    assert.equal(result, 'scheduled')
    assert.equal((await kept(wish.seriesId)).sessions, 4)
  })
})
