import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { callerOf, idsOf, type Json, type Told } from './calling.ts'
import { aFilledTenant, applyStored, type Filled, keep, parkStored } from './filled.ts'
import { aTenant, startTestApi, type TestApi } from './harness.ts'
import { freshBody } from './ingress/door.ts'

describe('what waits and what can not be read, over REST', () => {
  let api: TestApi
  let acme: Filled
  let eventId: string
  let parkedId: string
  const call = callerOf(() => api)
  const say = (what: 'retry' | 'drop', token = acme.token): Promise<Told> =>
    call(`/api/parked/${parkedId}/${what}`, { token, body: {} })
  const event = async (): Promise<Json> =>
    (await call(`/api/events/${eventId}`, { token: acme.token })).body
  const waiting = async (token = acme.token): Promise<Told> => call('/api/parked', { token })

  before(async () => void (api = await startTestApi()))
  after(() => api.close())
  beforeEach(async () => {
    acme = await aFilledTenant(api, randomUUID())
    eventId = await keep(api, acme, freshBody())
    parkedId = await parkStored(api, acme, eventId)
  })

  const lastNote = async (): Promise<Json | undefined> => {
    const { body } = await call('/api/audit?limit=1', { token: acme.admin })
    return (body['items'] as Json[])[0]
  }
  const aColleague = (): Promise<{ token: string }> => {
    const subject = randomUUID()
    return aTenant(api, { userUri: `user:${subject}`, organization: acme.organization, subject })
  }

  it('says why something waits, and for what', async () => {
    const { body } = await waiting()

    assert.partialDeepStrictEqual(body['items'], [
      {
        id: parkedId,
        event_id: eventId,
        reason: 'a fact is missing',
        waits_for: 'fact',
      },
    ])
  })

  it('tries again on a person’s word: then it waits no more', async () => {
    const { status } = await say('retry')

    assert.equal(status, 202)
    assert.ok(api.gateway.events.includes(eventId))
    assert.partialDeepStrictEqual(await lastNote(), {
      action: 'parked.retry',
      subject: `event/${eventId}`,
    })
    assert.equal(await applyStored(api, acme, eventId), 'processed')
    assert.deepEqual(idsOf(await waiting()), [])
  })

  it('keeps waiting as one item when the fact is still missing', async () => {
    await say('retry')

    const again = await parkStored(api, acme, eventId)

    assert.deepEqual([again, idsOf(await waiting())], [parkedId, [parkedId]])
  })

  it('is given up on a person’s word, for good', async () => {
    const { status, body } = await say('drop')
    const late = await say('retry')

    assert.deepEqual([status, body['resolution'], late.status], [200, 'dropped', 404])
    assert.partialDeepStrictEqual(await event(), {
      status: 'dropped',
      reason: 'dropped by a person',
    })
    assert.partialDeepStrictEqual(await lastNote(), { action: 'parked.drop' })
    assert.deepEqual(idsOf(await waiting()), [])
  })

  it('is nothing to a colleague who does not see the integration', async () => {
    const { token } = await aColleague()

    const [retried, dropped] = [await say('retry', token), await say('drop', token)]

    assert.deepEqual([retried.status, dropped.status], [404, 404])
    assert.deepEqual(idsOf(await waiting(token)), [])
    assert.equal((await event())['status'], 'parked')
  })

  it('does not keep others from having their effect', async () => {
    const other = await keep(api, acme, freshBody())

    const end = await applyStored(api, acme, other)

    assert.deepEqual([end, (await event())['status']], ['processed', 'parked'])
  })

  it('lists what can not be read, each with its reason', async () => {
    const { body } = await call('/api/events?status=quarantined', { token: acme.token })

    assert.partialDeepStrictEqual(body['items'], [
      { id: acme.unreadableId, status: 'quarantined', reason: 'notJson at body' },
    ])
  })
})
