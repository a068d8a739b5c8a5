import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { until } from '../support/until.ts'

describe('activities: sync beside deliveries', () => {
  let world: World
  let stage: Stage
  before(async () => {
    world = await openWorld()
    stage = await setStage(world)
  })
  after(async () => {
    await stage.close()
    await world.close()
  })

  it('never waits for a delivery that waits for it', async () => {
    const start = Date.now() + 7 * 24 * 3_600_000
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString()
    // The sync reads them by their start, the locks go by their text.
    await stage.visitor.book({ invitee: invitee('zoe@prospect.test'), start_time: at(0) })
    await stage.visitor.book({ invitee: invitee('abe@prospect.test'), start_time: at(60) })
    await stage.connect()
    const delivery = await world.owner.connect()
    const lock = (email: string) =>
      delivery.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `${stage.organizationId} email ${email}`,
      ])

    try {
      await delivery.query('begin')
      await lock('abe@prospect.test')
      const page = stage.activities.syncPage({ ...stage.job(), cursor: null, first: true })
      await until(isSomebodyWaiting)
      await lock('zoe@prospect.test')
      await delivery.query('commit')

      assert.partialDeepStrictEqual(await page, { kind: 'page', found: '2 seen, 2 new, 0 changed' })
    } finally {
      delivery.release()
    }
  })

  const isSomebodyWaiting = async (): Promise<boolean> => {
    const { rows } = await world.owner.query(
      `select from pg_locks where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())`,
    )
    return rows.length > 0
  }
})

const invitee = (email: string) => ({ email, name: 'Pat' })
