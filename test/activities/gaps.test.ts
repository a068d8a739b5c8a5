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
  const disable = async () => {
    for (const { uuid } of await owner.visitor.hooks())
      await owner.visitor.control(`/calendly/hooks/${uuid}/disable`, {})
  }
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
    await disable()
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

  /** Nobody answers at our public URL for as long as the work takes. */
  async function whileAway(work: () => Promise<unknown>): Promise<void> {
    const { server } = api.app
    server.close()
    server.closeAllConnections()
    await work()
    await new Promise<void>((resolve) => void server.listen(api.port, '127.0.0.1', resolve))
  }
  const tried = (attempts: number) =>
    owner.visitor.eventually(
      () => owner.visitor.ledger(),
      ({ deliveries }) => deliveries.length >= attempts,
    )

  it('is open while the provider retries, closes with the delivery that gets through, and stays closed', async () => {
    await whileAway(async () => {
      await book('late')
      await tried(1)
    })
    await owner.run('reconcile')
    assert.deepEqual(await owner.gaps(), [
      { reason: 'retrying', state: 'open', counts: [null, null, 1] },
    ])
    assert.match((await owner.shown()).reason ?? '', /retrying/)
    await owner.visitor.advance(5)
    await owner.delivered(2)

    await owner.run('reconcile')

    // The mark of the retries stays at the provider; it is history.
    assert.notEqual((await owner.visitor.hooks())[0].retry_started_at, null)
    assert.deepEqual(await owner.gaps(), [
      { reason: 'retrying', state: 'closed', counts: [1, 1, 1] },
    ])
    await owner.run('reconcile', 'sync')
    assert.deepEqual(await owner.shown(), { status: 'live', reason: null, webhook_active: true })
    assert.equal((await owner.gaps()).length, 1)
  })

  it('keeps one open gap for a reason, however often it is seen', async () => {
    await disable()
    await owner.visitor.fault({ kind: 'plan-refused' })

    for (let pass = 0; pass < 3; pass += 1) {
      await owner.run('reconcile', 'sync')
      await owner.later(31)
    }

    assert.deepEqual(
      (await owner.gaps()).map(({ reason, state }) => `${reason} ${state}`),
      ['planRefused open'],
    )
  })

  it('is one gap when a doubt returns before a sync has covered it', async () => {
    await disable()
    await owner.visitor.fault({ kind: 'plan-refused' })
    await owner.run('reconcile')
    await owner.heal()
    await owner.visitor.fault({ kind: '500', route: 'GET /scheduled_events' })
    await owner.run('reconcile')
    const planned = async () =>
      (await owner.gaps())
        .filter(({ reason }) => reason === 'planRefused')
        .map(({ state }) => state)
    assert.deepEqual(await planned(), ['ended'])
    await disable()
    await owner.visitor.fault({ kind: 'plan-refused' })

    await owner.run('reconcile')

    assert.deepEqual(await planned(), ['open'])
  })

  it('holds what comes while it is paused, and closes with everything there', async () => {
    await owner.wants('paused')
    await owner.run()
    await book('held')
    await owner.visitor.fault({ kind: 'lose', times: 1 })
    await book('lost')
    await owner.delivered(2)
    assert.deepEqual(await meetings(), [])
    await owner.wants('connected')

    await owner.run()

    await owner.delivered(2)
    assert.deepEqual(
      (await meetings()).map(({ email }) => email),
      ['held@prospect.test', 'lost@prospect.test'],
    )
    assert.deepEqual(await owner.gaps(), [{ reason: 'paused', state: 'closed', counts: [2, 2, 1] }])
  })

  it('finds what was lost while the grant was dead, once somebody has reconnected', async () => {
    const id = await book('known')
    await owner.delivered(1)
    await owner.run('reconcile')
    await owner.visitor.fault({ kind: 'app-revoked', user: 'rita@acme.test' })
    await owner.run('reconcile')
    await owner.visitor.fault({ kind: 'lose' })
    await book('new')
    await act(id, 'no-show')
    await owner.heal()
    assert.equal((await owner.shown()).status, 'needsReconnect')

    await owner.connect()
    await owner.run()

    assert.deepEqual(await owner.gaps(), [
      { reason: 'tokenDead', state: 'closed', counts: [2, 2, 2] },
    ])
    assert.deepEqual(
      (await meetings()).map(({ email, no_show }) => [email, no_show]),
      [
        ['known@prospect.test', true],
        ['new@prospect.test', false],
      ],
    )
  })

  it('finds a no-show that was taken back while nobody was told', async () => {
    const id = await book('came')
    await act(id, 'no-show')
    await owner.delivered(2)
    await owner.run('reconcile')
    await disable()
    await act(id, 'no-show', { set: false })

    await owner.run('reconcile')

    assert.deepEqual(
      (await meetings()).map(({ no_show }) => no_show),
      [false],
    )
    assert.deepEqual((await owner.gaps())[0]?.counts, [1, 1, 1])
  })

  it('reaches back to the meetings of the month before the gap', async () => {
    const start = new Date(Date.now() - 20 * 24 * 60 * 60_000).toISOString()
    const { body } = await owner.visitor.book({ start_time: start })
    await owner.delivered(1)
    await owner.run('reconcile')
    await disable()
    await act(body.invitee.uri.split('/').at(-1), 'no-show')

    await owner.run('reconcile')

    assert.deepEqual(
      (await meetings()).map(({ no_show }) => no_show),
      [true],
    )
  })

  it('counts a page once although its answer was lost and it is read again', async () => {
    await owner.run('reconcile')
    await disable()
    await book('one')
    // The second of its two lists fails: the first page has been counted by then.
    await owner.visitor.fault({ kind: '500', route: 'GET /scheduled_events', times: 1 })
    await owner.run('reconcile')
    await owner.later(1)

    await owner.run()

    assert.deepEqual((await owner.gaps())[0]?.counts, [1, 1, 1])
  })

  it('closes without a count when the account is disconnected', async () => {
    await owner.visitor.fault({ kind: 'app-revoked', user: 'rita@acme.test' })
    await owner.run('reconcile')
    await owner.wants('disconnected')

    await owner.run()

    assert.deepEqual(await owner.gaps(), [
      { reason: 'tokenDead', state: 'closed', counts: [null, null, null] },
    ])
  })
})
