import assert from 'node:assert/strict'
import { startTestApi, type TestApi } from '../api/harness.ts'
import { type LiveOwner, startOwner } from '../support/live-owner.ts'
import { generationsOf } from '../support/sandbox-looks.ts'

describe('incidents of a hook that is called active', () => {
  let api: TestApi
  let owner: LiveOwner
  before(async () => void (api = await startTestApi()))
  after(() => api.close())
  beforeEach(async () => void (owner = await startOwner(api)))
  afterEach(() => owner.close())

  const book = (name: string) =>
    owner.visitor.book({ invitee: { email: `${name}@prospect.test`, name } })
  const generations = () => generationsOf({ ...api, ingress: api.ingressStore }, owner.job())
  const meetings = async () =>
    (await owner.query('select 1 from meeting where organization_id = $1')).length
  const incident = async () => (await owner.run()).incident?.kind ?? null

  /** The database has no clock that a test could push. */
  const hearAhead = () =>
    owner.query(`update subscription set last_delivery_at = last_delivery_at + interval '1 day'
      where organization_id = $1`)

  /** Deliveries are refused one after another, as the provider's back-off goes by. */
  async function failsVerification(times: number): Promise<void> {
    const known = (await owner.visitor.ledger()).deliveries.length
    for (let attempt = 1; attempt <= times; attempt += 1) {
      await owner.visitor.eventually(
        () => owner.visitor.ledger(),
        ({ deliveries }) => deliveries.length >= known + attempt,
      )
      if (attempt < times) await owner.visitor.advance(5 * 2 ** attempt)
    }
    await owner.visitor.eventually(
      () =>
        owner.query(`select verify_failures as n from subscription where organization_id = $1
          order by generation desc limit 1`),
      ([row]) => Number(row?.['n']) >= times,
    )
  }

  describe('another key', () => {
    it('rebuilds the hook with a new key, fetches meanwhile, and is over with the first delivery', async () => {
      await owner.visitor.fault({ kind: 'wrong-key', times: 3 })
      await book('refused')
      await failsVerification(3)

      await owner.run('reconcile')

      const told = await owner.shown()
      assert.equal(told.status, 'waitingForFirstDelivery')
      assert.match(told.reason ?? '', /another key.*made anew/)
      assert.deepEqual(await generations(), ['2 live', '1 deleted'])
      assert.equal(await meetings(), 1)
      assert.deepEqual(
        (await owner.gaps()).map(({ reason, state }) => `${reason} ${state}`),
        ['otherKey open'],
      )
      await book('heard')
      await owner.delivered(4)
      await owner.run('reconcile')
      assert.deepEqual(await owner.shown(), { status: 'live', reason: null, webhook_active: true })
      assert.deepEqual(await owner.gaps(), [
        { reason: 'otherKey', state: 'closed', counts: [2, 2, 1] },
      ])
    })

    it('tells how to mend it when the provider signs the new hook with another key, too', async () => {
      await owner.visitor.fault({ kind: 'app-key-signs' })
      await book('one')
      await failsVerification(3)
      await owner.run('reconcile')
      await book('two')
      await failsVerification(3)

      await owner.run('reconcile', 'sync')

      const told = await owner.shown()
      assert.equal(told.status, 'polling')
      assert.equal(told.webhook_active, false)
      assert.deepEqual(await generations(), ['2 live', '1 deleted'])
      assert.equal(await meetings(), 2)
    })

    it('is not believed of failures that the provider knows nothing of', async () => {
      const [{ callback_url } = { callback_url: '' }] = await owner.visitor.hooks()
      for (let forged = 0; forged < 5; forged += 1)
        await fetch(callback_url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        })
      await owner.visitor.eventually(
        () =>
          owner.query(
            'select 1 from subscription where organization_id = $1 and verify_failures > 4',
          ),
        (rows) => rows.length === 1,
      )

      await owner.run('reconcile')

      assert.deepEqual(await generations(), ['1 live'])
      assert.equal((await owner.shown()).status, 'live')
      assert.deepEqual(await owner.gaps(), [])
    })

    it('calls a signature that is authentic and late by its name, and rebuilds nothing', async () => {
      await owner.visitor.fault({ kind: 'stale-t', times: 3 })
      await book('late')
      await failsVerification(3)

      await owner.run('reconcile')

      assert.match((await owner.shown()).reason ?? '', /signed too long ago/)
      assert.deepEqual(await generations(), ['1 live'])
      assert.equal(await meetings(), 1)
    })
  })

  describe('silence', () => {
    it('rebuilds a hook that did not bring a booking, and counts it', async () => {
      await owner.visitor.fault({ kind: 'lose', times: 1 })
      await book('unheard')
      await owner.delivered(1)
      await owner.later(11)

      await owner.run('sync')

      assert.deepEqual(await generations(), ['2 live', '1 deleted'])
      assert.equal((await owner.shown()).status, 'waitingForFirstDelivery')
      assert.deepEqual(
        await owner.query(
          'select unheard from sync_run where organization_id = $1 and unheard > 0',
        ),
        [{ unheard: 1 }],
      )
      await book('heard')
      await owner.delivered(2)
      await hearAhead()
      await owner.run('reconcile')
      assert.equal((await owner.shown()).status, 'live')
      assert.equal((await owner.gaps())[0]?.state, 'closed')
    })

    it('finds exactly the five bookings that a hook called active has lost', async () => {
      const act = (id: string, what: string, how: object = {}) =>
        owner.visitor.control(`/calendly/bookings/${id}/${what}`, how)
      const ids: string[] = []
      for (const name of ['moved', 'canceled', 'absent'])
        ids.push((await book(name)).body.invitee.uri.split('/').at(-1))
      await owner.delivered(3)
      await owner.run('reconcile')
      await owner.visitor.fault({ kind: 'lose' })
      await book('one')
      await book('two')
      await act(ids[0] ?? '', 'reschedule', { start_time: '2027-01-05T10:00:00Z' })
      await act(ids[1] ?? '', 'cancel')
      await act(ids[2] ?? '', 'no-show')
      await owner.delivered(9)
      await owner.heal()
      await owner.later(11)

      await owner.run('sync')

      assert.deepEqual(await owner.gaps(), [
        { reason: 'silentHook', state: 'open', counts: [null, null, 5] },
      ])
      await book('heard')
      await owner.delivered(10)
      await hearAhead()
      await owner.run('reconcile')
      assert.deepEqual(await owner.gaps(), [
        { reason: 'silentHook', state: 'closed', counts: [6, 6, 5] },
      ])
      assert.deepEqual(
        await owner.query(`select status, count(*)::int as n, sum(moved_count)::int as moved
          from meeting where organization_id = $1 and merged_into is null group by 1 order by 1`),
        [
          { status: 'active', n: 5, moved: 1 },
          { status: 'canceled', n: 1, moved: 0 },
        ],
      )
    })

    it('gives a delivery ten minutes before it misses it', async () => {
      await owner.visitor.fault({ kind: 'delay', seconds: 300, times: 1 })
      await book('slow')

      await owner.run('sync')

      assert.equal(await meetings(), 1)
      assert.equal(await incident(), null)
      await owner.later(6)
      await owner.delivered(1)
      await owner.later(6)
      await owner.run('sync')
      assert.equal(await incident(), null)
    })

    it('finds a booking silent that an earlier sync brought before its delivery was missed', async () => {
      await owner.visitor.fault({ kind: 'lose', times: 1 })
      await book('unheard')
      await owner.delivered(1)
      await owner.run('sync')
      assert.equal(await incident(), null)
      await owner.later(11)

      await owner.run('sync')

      assert.equal(await incident(), 'silentHook')
    })

    it('blames no hook for what was booked before it stood', async () => {
      const [{ uuid } = { uuid: '' }] = await owner.visitor.hooks()
      await owner.visitor.control(`/calendly/hooks/${uuid}/disable`, {})
      await book('before')
      await owner.run('reconcile')
      await owner.later(30)

      await owner.run('reconcile', 'sync')

      assert.equal(await incident(), null)
      assert.equal(await meetings(), 1)
    })
  })
})
