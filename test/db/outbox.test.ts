import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { recordAudit } from '../../db/audit.ts'
import { listenToOutbox } from '../../db/outbox-listener.ts'
import { lastSeq } from '../../db/outbox.ts'
import { createOutboxReader } from '../../db/outbox-reader.ts'
import { createPool } from '../../db/pool.ts'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

describe('outbox', () => {
  let world: World
  let tenant: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (tenant = await aTenant(world)))

  const emit = (count: number, audience: readonly string[] = []) =>
    world.database.withTenant(tenant.organizationId, async (tx) => {
      for (let n = 0; n < count; n += 1) tx.emit('prospect:created', { n }, audience)
    })
  const read = () =>
    world.database.outboxSince(tenant.organizationId, { afterSeq: 0, limit: 1_000 })

  it('numbers without gap, in the order of commits, whatever runs at once', async () => {
    const seen: number[] = []
    const state = { isWriting: true }
    const reader = (async () => {
      // A reader with a high-water mark misses whatever commits below it later.
      while (state.isWriting) {
        const from = { afterSeq: seen.at(-1) ?? 0, limit: 1_000 }
        const rows = await world.database.outboxSince(tenant.organizationId, from)
        seen.push(...rows.map(({ seq }) => seq))
      }
    })()

    await Promise.all(Array.from({ length: 100 }, (_, n) => emit(1 + (n % 3))))
    state.isWriting = false
    await reader

    const rows = await read()
    const numbers = Array.from({ length: rows.length }, (_, n) => n + 1)
    assert.deepEqual(
      rows.map(({ seq }) => seq),
      numbers,
    )
    assert.deepEqual(seen, numbers.slice(0, seen.length))
    assert.equal(await world.database.withTenant(tenant.organizationId, lastSeq), rows.length)
  })

  it('writes nothing for a transaction that is undone, and neither is what was done in it', async () => {
    const { organizationId } = tenant
    const failed = world.database.withTenant(organizationId, async (tx) => {
      await recordAudit(tx, { actorUserId: null, action: 'test.undone', subject: organizationId })
      tx.emit('prospect:created', {}, [])
      throw new Error('undo')
    })

    await assert.rejects(failed, /undo/)
    const done = await world.owner.query('select from audit_entry where organization_id = $1', [
      organizationId,
    ])
    assert.equal(done.rowCount, 0)
    assert.deepEqual(await read(), [])
  })

  it('tells with each change who may see it, so that a member is shown only their own', async () => {
    const { userId } = tenant
    await emit(2, [userId])
    await emit(3, [randomUUID()])

    const all = await read()
    const own = all.filter(({ audience }) => audience.includes(userId))

    assert.deepEqual([own.length, all.length], [2, 5])
  })

  it('reads in one trip what one organization was told after a number, and forgets whose it was', async () => {
    const other = await aTenant(world)
    await emit(3)

    const pool = createPool(world.urls.appUrl, 1)
    const outboxSince = createOutboxReader(pool)
    const rows = await outboxSince(tenant.organizationId, { afterSeq: 1, limit: 10 })
    const first = await outboxSince(tenant.organizationId, { afterSeq: 0, limit: 1 })

    assert.deepEqual(rows, (await read()).slice(1))
    assert.deepEqual(first, (await read()).slice(0, 1))
    assert.deepEqual(await outboxSince(other.organizationId, { afterSeq: 0, limit: 10 }), [])
    const { rows: left } = await pool.query(
      `select nullif(current_setting('app.organization', true), '') as tenant`,
    )
    assert.deepEqual(left, [{ tenant: null }])
    await assert.rejects(outboxSince(`${tenant.organizationId}' or '1`, { afterSeq: 0, limit: 1 }))
    await assert.rejects(outboxSince(tenant.organizationId, { afterSeq: 0.5, limit: 1 }))
    await pool.end()
  })

  it('tells its own process of a commit, and what it wrote, before the caller goes on', async () => {
    const heard: unknown[] = []
    world.database.onOutbox((...change) => heard.push(change) > 0)

    await emit(2)
    await emit(3)

    const rows = await read()
    assert.deepEqual(heard, [
      [tenant.organizationId, 2, rows.slice(0, 2)],
      [tenant.organizationId, 5, rows.slice(2)],
    ])
  })

  it('has committed, whatever goes wrong for who hears of it', async () => {
    world.database.onOutbox(() => {
      throw new Error('a reader of this process')
    })

    await emit(1)

    assert.equal((await read()).length, 1)
  })

  it('wakes a listener after the commit, and again once its connection was cut', async () => {
    const heard: number[] = []
    let gaps = 0
    const changes = new EventEmitter()
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await once(changes, 'change')
    }
    const listener = listenToOutbox({
      url: world.urls.appUrl,
      onChange: (id, seq) => {
        // What the test before committed may be told only now.
        if (id === tenant.organizationId) heard.push(seq)
        changes.emit('change')
      },
      onGap: () => {
        gaps += 1
        changes.emit('change')
      },
    })
    await until(() => gaps === 1)
    await emit(1)
    await until(() => heard.length === 1)

    await world.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'
         and datname = $1`,
      [world.urls.name],
    )
    await until(() => gaps === 2)
    await emit(1)
    await until(() => heard.length === 2)

    assert.deepEqual(heard, [1, 2])
    await listener.close()
  })
})
