import assert from 'node:assert/strict'
import { bookersIn } from '../../api/delivered.ts'
import { erasePerson } from '../../db/erasing.ts'
import { startTestApi, type TestApi } from '../api/harness.ts'
import { type CalcomStage, setCalcomStage } from '../support/calcom-stage.ts'
import { columnsWith, everythingIn } from '../support/database-scan.ts'
import { type LiveOwner, startOwner } from '../support/live-owner.ts'

const PERSON = { email: 'held@prospect.test', name: 'Secret Name' }
/** Of the same slots, so that what is left alone is seen, too. */
const OTHER = { email: 'other@prospect.test', name: 'Other' }

const tracesIn = async ({ owner }: TestApi): Promise<string[]> =>
  columnsWith(await everythingIn(owner), [PERSON.email, PERSON.name])

describe('erasing a person whose first booking is held', () => {
  describe('at Calendly', () => {
    let api: TestApi
    let owner: LiveOwner
    before(async () => {
      api = await startTestApi()
      owner = await startOwner(api)
    })
    after(async () => {
      await owner.close()
      await api.close()
    })

    it('keeps the meeting from coming back by the sync after the resume', async () => {
      await owner.wants('paused')
      await owner.run()
      for (const invitee of [PERSON, OTHER]) await owner.visitor.book({ invitee })
      await owner.delivered(2)
      const held = await owner.query(
        `select 1 from inbound_event where organization_id = $1 and status = 'held'`,
      )

      const erased = await api.database.withTenant(owner.organizationId, (tx) =>
        erasePerson(tx, PERSON.email, (stored) => bookersIn(owner.deps.providers, stored)),
      )
      await owner.wants('connected')
      await owner.run('sync')
      await owner.delivered(2)

      assert.equal(held.length, 2)
      assert.partialDeepStrictEqual(erased, { events: 1 })
      assert.deepEqual(await tracesIn(api), [])
      assert.deepEqual(await owner.query('select email from prospect where organization_id = $1'), [
        { email: OTHER.email },
      ])
    })
  })

  describe('at Cal.com', () => {
    let stage: CalcomStage
    before(async () => {
      stage = await setCalcomStage()
      await stage.connect()
    })
    after(() => stage.close())

    it('keeps the session from coming back by the sync after the resume', async () => {
      await stage.credits(await stage.client(PERSON.email), 2)
      await stage.credits(await stage.client(OTHER.email), 2)
      const path = `/api/integrations/${await stage.integrationId()}`
      await stage.call(`${path}/pause`, {})
      await stage.run()
      for (const invitee of [PERSON, OTHER]) await stage.guest.reserve({ invitee })
      await stage.delivered()
      const held = await stage.rows(
        `select 1 from inbound_event where organization_id = $1 and status = 'held'`,
      )

      const { body } = await stage.call('/api/erase', { email: PERSON.email })
      await stage.call(`${path}/resume`, {})
      await stage.run('sync')
      await stage.apply()

      assert.equal(held.length, 2)
      assert.deepEqual([body['clients'], body['events']], [1, 1])
      assert.deepEqual(await tracesIn(stage.api), [])
      assert.deepEqual(await stage.sessionsOf(OTHER.email), ['scheduled'])
      assert.equal((await stage.sessions()).length, 1)
    })
  })
})
