import assert from 'node:assert/strict'
import { normalizeEmail } from '../../domain/email.ts'
import { type CalcomStage, setCalcomStage } from '../support/calcom-stage.ts'

describe('activities: a session that this process has just read', function freshSuite() {
  this.timeout(60_000)
  let stage: CalcomStage

  before(async () => {
    stage = await setCalcomStage()
    await stage.connect()
    await stage.credits(await stage.client('pat@prospect.test'), 3)
  })
  after(() => stage.close())

  it('waits for nobody who holds the person: its locks begin with the client', async () => {
    const [row] = await stage.rows('select id from organization where id = $1')
    await stage.guest.reserve()
    await stage.delivered()
    const other = await stage.api.owner.connect()
    try {
      await other.query('begin')
      await other.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `${String(row?.['id'])} email ${normalizeEmail('pat@prospect.test')}`,
      ])

      const ends = await stage.apply()

      assert.deepEqual(ends, ['processed'])
      assert.equal(await stage.left(), 2)
    } finally {
      await other.query('rollback')
      other.release()
    }
  })
})
