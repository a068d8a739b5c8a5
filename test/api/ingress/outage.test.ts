import assert from 'node:assert/strict'
import pg from 'pg'
import { is } from './answers.ts'
import { freshBody, openDoor } from './door.ts'
import type { Door } from './door.ts'

describe('webhook door during an outage', () => {
  let door: Door
  beforeEach(async () => void (door = await openDoor()))
  afterEach(() => door.close())

  const isGone = async (gone: boolean): Promise<void> => {
    const { name, ownerUrl } = door.api.urls
    const elsewhere = new pg.Client(ownerUrl.replace(`/${name}`, '/postgres'))
    await elsewhere.connect()
    await elsewhere.query(`alter database ${name} allow_connections ${!gone}`)
    if (gone)
      await elsewhere.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = $1 and usename like 'rendezvous_%'`,
        [name],
      )
    await elsewhere.end()
  }

  it('case 90: answers 503 with a time to come back while PostgreSQL is away, then takes the retry', async () => {
    is(await door.knock({}), 'taken')
    const body = freshBody()
    await isGone(true)

    const began = performance.now()
    const refused = await door.knock({ body })
    const took = performance.now() - began
    await isGone(false)
    const rows = await door.rows()

    is(refused, 'notStored')
    assert.match(refused.head, /retry-after: \d+/i)
    assert.ok(took < 2_000, `${took} ms`)
    is(await door.knock({ body }), 'taken')
    assert.equal(await door.rows(), rows + 1)
  })

  it('case 90: answers 503 within two seconds while the pool hangs behind a lock', async () => {
    is(await door.knock({}), 'taken')
    const rows = await door.rows()
    const blocker = await door.api.owner.connect()
    await blocker.query('begin; lock table inbound_event in access exclusive mode')

    const began = performance.now()
    const refused = await Promise.all([door.knock({}), door.knock({}), door.knock({})])
    const took = performance.now() - began
    await blocker.query('rollback')
    blocker.release()

    for (const answer of refused) is(answer, 'notStored')
    assert.ok(took < 2_500, `${took} ms`)
    // What was on its way behind the lock may still land: then the retry is a copy, never a second.
    assert.ok((await door.rows()) <= rows + 3)
  })

  it('tells a probe that it can not store, and that it is alive', async () => {
    const ready = async () => (await fetch(`${door.api.origin}/ready`)).status
    assert.equal(await ready(), 200)
    await isGone(true)

    const unready = await ready()
    const { status } = await fetch(`${door.api.origin}/health`)
    await isGone(false)

    assert.equal(unready, 503)
    assert.equal(status, 200)
    assert.equal(await ready(), 200)
  })

  it('calls itself degraded and not unready while Temporal is down', async () => {
    door.api.gateway.isDown = true

    const answer = await fetch(`${door.api.origin}/ready`)

    assert.equal(answer.status, 200)
    assert.deepEqual(await answer.json(), { status: 'degraded', database: true, temporal: false })
  })
})
