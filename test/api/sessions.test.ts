import assert from 'node:assert/strict'
import { callerOf } from './calling.ts'
import type { Json } from './calling.ts'
import type { TestApi } from './harness.ts'
import { aPaidClient, aSeriesWish, make, somebody, startSessionApi } from './session-stage.ts'

const RECURRING = '/api/sessions/recurring'

const sessionsIn = (body: Json): Json[] => body['sessions'] as Json[]

describe('sessions over REST', () => {
  let api: TestApi
  const call = callerOf(() => api)
  before(async () => void (api = await startSessionApi()))
  after(() => api.close())

  async function aStage(wish: { sessionsTotal?: number; cutOffHours?: number } = {}) {
    const host = await somebody(api, 'admin')
    const paid = await aPaidClient(api, { host, ...wish })
    const { token } = host
    const left = async (): Promise<unknown> =>
      (await call(`/api/packages/${paid.packageId}`, { token })).body['sessions_left']
    return { host, paid, token, left }
  }

  it('previews exactly what it then makes, and makes nothing by that', async () => {
    const { host, paid, token, left } = await aStage()
    const body = aSeriesWish(paid, host)

    const preview = await call(`${RECURRING}/preview`, { token, body })
    const before = await left()
    const result = await call(RECURRING, { token, body })

    assert.deepEqual([preview.status, result.status, before, await left()], [200, 201, 10, 6])
    const dates = preview.body['dates'] as Json[]
    assert.deepEqual(
      dates.map(({ start_at }) => Date.parse(String(start_at))),
      sessionsIn(result.body).map(({ start_at }) => Date.parse(String(start_at))),
    )
    assert.equal(dates[0]?.['local_start'], '2100-01-04T10:00')
    assert.equal(preview.body['duration_minutes'], 50)
    assert.match(String(preview.body['notice']), /nothing is booked .* at a provider/)
  })

  it('shows in a preview which dates are taken, by whom, and nothing else of what takes them', async () => {
    const { host, paid, token } = await aStage()
    const other = await aPaidClient(api, { host })
    const notesOf = async (body: object): Promise<unknown[]> => {
      const { body: preview } = await call(`${RECURRING}/preview`, { token, body })
      return (preview['dates'] as Json[]).map(({ notes }) =>
        (notes as Json[]).map(({ kind }) => kind),
      )
    }
    await call(RECURRING, { token, body: aSeriesWish(paid, host, { count: 1 }) })
    const made = await call(RECURRING, {
      token,
      body: aSeriesWish(other, host, { count: 1, startDate: '2100-01-05', time: '10:30' }),
    })
    const wish = aSeriesWish(paid, host, { count: 3 })

    const taken = await notesOf(wish)
    const behind = await notesOf({ ...wish, time: '11:20' })
    const [gone] = sessionsIn(made.body)
    await make(api, `/api/sessions/${String(gone?.['id'])}/cancel`, { token, body: {} })

    assert.deepEqual(taken, [['clientBusy', 'hostBusy'], ['hostBusy'], []])
    assert.deepEqual(behind, [[], [], []])
    assert.deepEqual(await notesOf(wish), [['clientBusy', 'hostBusy'], [], []])
  })

  it('makes one series of one idempotencyKey, and refuses it for another request', async () => {
    const { host, paid, token, left } = await aStage()
    const body = aSeriesWish(paid, host)

    const ends = await Promise.all([1, 2, 3].map(() => call(RECURRING, { token, body })))
    const other = await call(RECURRING, { token, body: { ...body, count: 2 } })

    assert.equal(new Set(ends.map((end) => (end.body['series'] as Json)['id'])).size, 1)
    assert.equal(await left(), 6)
    assert.equal(other.status, 422)
  })

  it('answers the numbers where credits do not suffice, makes nothing, and frees the key', async () => {
    const { host, paid, token, left } = await aStage({ sessionsTotal: 3 })
    const body = aSeriesWish(paid, host)

    const preview = await call(`${RECURRING}/preview`, { token, body })
    const refused = await call(RECURRING, { token, body })
    const listed = await call('/api/sessions', { token })
    await make(api, `/api/packages/${paid.packageId}/adjust`, {
      token,
      body: { change: 1, reason: 'bought one more' },
    })
    const again = await call(RECURRING, { token, body })

    assert.deepEqual(
      [preview.body['can_be_paid'], preview.body['refusal']],
      [false, refused.body['detail']],
    )
    assert.deepEqual(
      [refused.status, refused.body['type']],
      [409, 'urn:rendezvous:problem:not-enough-credits'],
    )
    assert.match(String(refused.body['detail']), /4 sessions need 4 credits, .* has 3 left/)
    assert.deepEqual(listed.body['items'], [])
    assert.deepEqual([again.status, await left()], [201, 0])
  })

  it('answers at most one of two series that want the same credits', async () => {
    const { host, paid, token, left } = await aStage({ sessionsTotal: 5 })

    const ends = await Promise.all(
      [1, 2].map(() => call(RECURRING, { token, body: aSeriesWish(paid, host) })),
    )

    assert.deepEqual(new Set(ends.map(({ status }) => status)), new Set([201, 409]))
    assert.equal(await left(), 1)
  })

  it('keeps the wish while Temporal is down, for the relay to find', async () => {
    const { host, paid, token, left } = await aStage()
    api.gateway.isDown = true

    const asked = await call(RECURRING, { token, body: aSeriesWish(paid, host) })
    api.gateway.isDown = false

    assert.deepEqual([asked.status, sessionsIn(asked.body), await left()], [202, [], 10])
    const { id } = asked.body['series'] as Json
    await api.owner.query(
      `update session_series set created_at = now() - interval '3 s' where id = $1`,
      [id],
    )
    const waiting = await api.database.directory.unstartedOperations(100)
    assert.deepEqual(
      waiting.filter(({ operationId }) => operationId === id).map(({ kind }) => kind),
      ['series'],
    )
  })

  it('makes a year of weeks within two seconds', async () => {
    const { host, paid, token, left } = await aStage({ sessionsTotal: 60 })
    const begun = performance.now()

    const result = await call(RECURRING, { token, body: aSeriesWish(paid, host, { count: 52 }) })

    assert.ok(performance.now() - begun < 2_000)
    assert.deepEqual([sessionsIn(result.body).length, await left()], [52, 8])
  })

  for (const [told, field] of [
    [{ timezone: 'Europe/Nowhere' }, /timezone/],
    [{ weekday: undefined }, /weekday/],
    [{ dayOfMonth: 31 }, /dayOfMonth/],
    [{ count: 53 }, /count/],
    [{ time: '24:00' }, /time/],
    [{ startDate: '2026-02-30' }, /startDate/],
  ] as const)
    it(`refuses a series for its ${field.source}`, async () => {
      const { host, paid, token } = await aStage()

      const answer = await call(RECURRING, { token, body: aSeriesWish(paid, host, told) })

      assert.equal(answer.status, 400)
      assert.match(String(answer.body['detail']), field)
    })

  it('calls off one session, gives its credit back, and does so once', async () => {
    const { host, paid, token, left } = await aStage()
    const { body } = await call(RECURRING, { token, body: aSeriesWish(paid, host) })
    const path = `/api/sessions/${String(sessionsIn(body)[0]?.['id'])}/cancel`

    const ends = [await call(path, { token, body: { reason: 'ill' } })]
    ends.push(await call(path, { token, body: {} }))

    for (const { status, body: session } of ends)
      assert.deepEqual(
        [status, session['status'], session['credit'], session['cancellation_reason']],
        [200, 'cancelled', 'none', 'ill'],
      )
    assert.equal(await left(), 7)
  })

  it('keeps the credit of what is called off after the cut-off', async () => {
    const { host, paid, token, left } = await aStage({ cutOffHours: 8_760 })
    const startDate = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    const wish = aSeriesWish(paid, host, { count: 1, startDate })
    const { body } = await call(RECURRING, { token, body: wish })

    const path = `/api/sessions/${String(sessionsIn(body)[0]?.['id'])}/cancel`
    const end = await call(path, { token, body: {} })

    assert.deepEqual([end.body['status'], end.body['credit']], ['cancelled', 'spent'])
    assert.equal(await left(), 9)
  })

  it('calls off the rest of a series, from one session on or altogether', async () => {
    const { host, paid, token, left } = await aStage()
    const { body } = await call(RECURRING, { token, body: aSeriesWish(paid, host) })
    const path = `/api/series/${String((body['series'] as Json)['id'])}/cancel`
    const third = { fromSessionId: sessionsIn(body)[2]?.['id'] }

    const some = await call(path, { token, body: third })
    const afterSome = await left()
    const rest = await call(path, { token, body: {} })
    const none = await call(path, { token, body: {} })
    const wrong = await call(path, { token, body: { fromSessionId: paid.packageId } })

    const told = [some, rest, none].map(({ body: { series, sessions } }) => [
      (series as Json)['status'],
      (sessions as Json[]).length,
    ])
    assert.deepEqual(told, [
      ['scheduled', 2],
      ['cancelled', 2],
      ['cancelled', 0],
    ])
    assert.deepEqual([afterSome, await left(), wrong.status], [8, 10, 400])
  })

  it('leaves a session that was booked at the provider to the provider', async () => {
    const { host, paid, token } = await aStage()
    const { body } = await call(RECURRING, { token, body: aSeriesWish(paid, host) })
    const id = String(sessionsIn(body)[0]?.['id'])
    await api.owner.query(`update session set provider = 'calcom' where id = $1`, [id])

    const refused = await call(`/api/sessions/${id}/cancel`, { token, body: {} })

    assert.equal(refused.status, 409)
    assert.match(String(refused.body['detail']), /cancel it there/)
  })
})
