import assert from 'node:assert/strict'
import { startTestApi, type TestApi } from '../api/harness.ts'
import { type LiveOwner, startOwner } from '../support/live-owner.ts'

describe('the ledger of gaps', () => {
  let api: TestApi
  let owner: LiveOwner
  before(async () => void (api = await startTestApi()))
  after(() => api.close())
  beforeEach(async () => void (owner = await startOwner(api)))
  afterEach(() => owner.close())

  const book = async (name: string): Promise<string> => {
    const invitee = { email: `${name}@prospect.test`, name }
    const { body } = await owner.visitor.book({ invitee })
    return body.invitee.uri.split('/').at(-1)
  }
  const act = (id: string, what: string, how: object = {}) =>
    owner.visitor.control(`/calendly/bookings/${id}/${what}`, how)
  const meetings = () =>
    owner.query(`select i.email, m.status, i.no_show, m.moved_count
      from meeting m join meeting_invitee i on i.organization_id = m.organization_id
        and i.meeting_id = m.id and i.shown
      where m.organization_id = $1 and m.merged_into is null order by i.email`)

  it('has none while deliveries come', async () => {
    await book('pat')
    await owner.delivered(1)

    await owner.run('reconcile', 'sync')

    assert.deepEqual(await owner.gaps(), [])
    assert.equal((await owner.shown()).status, 'live')
  })

  it('finds exactly the five bookings whose deliveries were lost, and all records are right', async () => {
    const [moved, canceled, absent] = [
      await book('moved'),
      await book('canceled'),
      await book('gone'),
    ]
    const unset = await book('unset')
    await act(unset, 'no-show')
    await owner.delivered(5)
    await owner.run('reconcile')
    const [{ uuid } = { uuid: '' }] = await owner.visitor.hooks()
    await owner.visitor.control(`/calendly/hooks/${uuid}/disable`, {})
    await book('new one')
    await book('new two')
    await act(canceled, 'cancel')
    await act(moved, 'reschedule', { start_time: '2027-01-05T10:00:00Z' })
    await act(absent, 'no-show')

    await owner.run('reconcile')

    assert.deepEqual(await owner.gaps(), [
      { reason: 'hookDisabled', state: 'closed', counts: [5, 5, 5] },
    ])
    const row = { status: 'active', no_show: false, moved_count: 0 }
    assert.deepEqual(await meetings(), [
      { ...row, email: 'canceled@prospect.test', status: 'canceled' },
      { ...row, email: 'gone@prospect.test', no_show: true },
      { ...row, email: 'moved@prospect.test', moved_count: 1 },
      { ...row, email: 'new one@prospect.test' },
      { ...row, email: 'new two@prospect.test' },
      { ...row, email: 'unset@prospect.test', no_show: true },
    ])
  })
})
