import assert from 'node:assert/strict'
import type { Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Guest } from './guest.ts'
import { SECRET, visitCalcom } from './guest.ts'

const URL_ONE = 'https://hooks.test/1'

describe('calcom sandbox: hooks', () => {
  let guest: Guest

  beforeEach(async () => {
    guest = await visitCalcom()
  })

  afterEach(() => guest.sandbox.close())

  it('creates, lists, shows, changes and deletes, always telling the secret', async () => {
    const made = (await guest.hook(URL_ONE)).body.data
    const listed = await guest.call('GET', '/webhooks')
    const shown = await guest.call('GET', `/webhooks/${made.id}`)
    const json = { active: false, secret: 'another secret' }
    const changed = await guest.call('PATCH', `/webhooks/${made.id}`, { json })
    const deleted = await guest.call('DELETE', `/webhooks/${made.id}`)
    const gone = await guest.call('GET', `/webhooks/${made.id}`)

    assert.match(made.id, /^[0-9a-f-]{36}$/)
    assert.deepEqual(listed.body.data, [made])
    assert.deepEqual(shown.body.data, made)
    assert.equal(made.secret, SECRET)
    assert.deepEqual(changed.body.data, { ...made, ...json })
    assert.deepEqual([deleted.status, deleted.body.data.id], [200, made.id])
    assert.equal(gone.status, 404)
    assert.equal(gone.body.error.message, `Webhook (${made.id}) not found`)
  })

  it('gives numeric ids, as the specification types them, when switched', async () => {
    await guest.fault({ kind: 'numeric-ids' })
    const made = (await guest.hook(URL_ONE)).body.data
    const shown = await guest.call('GET', `/webhooks/${made.id}`)

    assert.equal(typeof made.id, 'number')
    assert.equal(shown.body.data.subscriberUrl, URL_ONE)
  })

  it('takes the same URL once per scope, and says 409 for the second', async () => {
    await guest.hook(URL_ONE)
    const again = await guest.hook(URL_ONE)
    const json = { subscriberUrl: URL_ONE, active: true, triggers: ['BOOKING_CREATED'] }
    const ofType = await guest.call('POST', '/event-types/1/webhooks', { json })
    const ofOrganization = await guest.call('POST', '/organizations/1/webhooks', { json })

    assert.deepEqual([again.status, ofType.status, ofOrganization.status], [409, 201, 201])
    assert.equal(
      again.body.error.message,
      'Webhook with this subscriber url already exists for this user',
    )
  })

  it('names everything missing or wrong in a 400', async () => {
    const json = { triggers: ['BOOKING_CONFIRMED'], secret: 5, version: '1999-01-01' }
    const refused = await guest.call('POST', '/webhooks', { json })

    assert.equal(refused.status, 400)
    assert.equal(refused.body.status, 'error')
    assert.equal(refused.body.error.code, 'BadRequestException')
    assert.deepEqual(
      new Set(refused.body.error.details.errors.map(({ property }: any) => property)),
      new Set(['active', 'subscriberUrl', 'triggers', 'secret', 'version']),
    )
  })

  it('wants triggers as an array, whatever the specification says', async () => {
    const asText = await guest.hook(URL_ONE, { triggers: 'BOOKING_CREATED' })
    const repeated = await guest.hook(URL_ONE, { triggers: ['BOOKING_PAID', 'BOOKING_PAID'] })

    assert.deepEqual([asText.status, repeated.status], [400, 201])
  })

  it('ignores fields it does not know', async () => {
    const made = await guest.hook(URL_ONE, { colour: 'green', version: '2021-10-20' })

    assert.equal(made.status, 201)
    assert.equal(made.body.data.colour, undefined)
  })

  it('keeps DELEGATION_CREDENTIAL_ERROR for organizations', async () => {
    const triggers = ['DELEGATION_CREDENTIAL_ERROR']
    const json = { subscriberUrl: URL_ONE, active: true, triggers }
    const mine = await guest.hook(URL_ONE, { triggers })
    const ours = await guest.call('POST', '/organizations/1/webhooks', { json })

    assert.deepEqual([mine.status, ours.status], [400, 201])
  })

  it('refuses URLs of this machine and of private networks when switched', async () => {
    await guest.fault({ kind: 'url-check' })
    const urls = ['http://localhost/h', 'https://10.1.2.3/h', 'https://[::1]/h', 'ftp://x.test/']
    const refused = await Promise.all(urls.map((url) => guest.hook(url)))
    const taken = await guest.hook(URL_ONE)

    assert.deepEqual(
      refused.map(({ status }) => status),
      [400, 400, 400, 400],
    )
    assert.equal(taken.status, 201)
  })

  it('lists in pages of take and skip, and refuses a page that is too large', async () => {
    for (const number of [1, 2, 3]) await guest.hook(`https://hooks.test/${number}`)
    const page = await guest.call('GET', '/webhooks?take=1&skip=1')
    const tooLarge = await guest.call('GET', '/webhooks?take=251')

    assert.deepEqual(
      page.body.data.map(({ subscriberUrl }: any) => subscriberUrl),
      ['https://hooks.test/2'],
    )
    assert.equal(tooLarge.status, 400)
  })

  it('keeps others away: 401 without a key, 403 for what is theirs', async () => {
    const made = (await guest.hook(URL_ONE)).body.data
    const key = await guest.keyOf('omar@acme.test')
    const nothing = await guest.call('GET', '/webhooks', { key: '' })
    const wrong = await guest.call('GET', '/webhooks', { key: 'cal_unknown' })
    const theirs = await guest.call('DELETE', `/webhooks/${made.id}`, { key })
    const type = await guest.call('GET', '/event-types/1/webhooks', { key })
    const organization = await guest.call('GET', '/organizations/1/webhooks', { key })

    assert.deepEqual(
      [nothing, wrong, theirs, type, organization].map(({ status }) => status),
      [401, 401, 403, 403, 403],
    )
    assert.equal(wrong.body.error.message, 'Your api key is not valid')
  })

  it('deletes all hooks of an event type at once', async () => {
    const json = { subscriberUrl: URL_ONE, active: true, triggers: ['BOOKING_CREATED'] }
    await guest.call('POST', '/event-types/1/webhooks', { json })
    const deleted = await guest.call('DELETE', '/event-types/1/webhooks')

    assert.equal(deleted.body.data, '1 webhooks deleted')
    assert.deepEqual(await guest.held(), [])
  })

  describe('with a receiver', () => {
    let receiver: Receiver

    beforeEach(async () => {
      receiver = await startReceiver()
    })

    afterEach(() => receiver.close())

    it('delivers one booking through the hooks of every scope, each with its own secret', async () => {
      const json = { subscriberUrl: receiver.url, active: true, triggers: ['BOOKING_CREATED'] }
      await guest.call('POST', '/webhooks', { json: { ...json, secret: 'one' } })
      await guest.call('POST', '/event-types/1/webhooks', { json: { ...json, secret: 'two' } })
      await guest.call('POST', '/organizations/1/webhooks', { json: { ...json, secret: 'three' } })
      await guest.reserve()
      const deliveries = await receiver.until(3)

      const signatures = deliveries.map(({ headers }) => headers['x-cal-signature-256'])
      assert.equal(new Set(signatures).size, 3)
      assert.equal(new Set(deliveries.map(({ envelope }) => envelope.payload.uid)).size, 1)
    })

    it('sends nothing through a hook that is not active, or did not ask for the event', async () => {
      await guest.hook(`${receiver.url}/off`, { active: false })
      await guest.hook(`${receiver.url}/other`, { triggers: ['BOOKING_PAID'] })
      await guest.hook(receiver.url)
      await guest.reserve()
      const [delivery] = await receiver.until(1)

      assert.equal(delivery?.path, '/hook')
      assert.equal(await guest.tries(1), 1)
    })

    it('is silent after a disabling by control', async () => {
      await guest.hook(receiver.url)
      await guest.fault({ kind: 'disable', user: 'rita@acme.test' })
      await guest.reserve()

      assert.equal((await guest.held())[0].active, false)
      assert.equal(await guest.tries(0), 0)
    })

    it('does not tell a member of what the team is booked for', async () => {
      await guest.hook(receiver.url)
      const team = { scope: 'team', owner: 7, url: `${receiver.url}/team` }
      await guest.control('/calcom/hooks', { ...team, triggers: ['BOOKING_CREATED'] })
      await guest.reserve({ team: 7 })
      const [delivery] = await receiver.until(1)

      assert.equal(delivery?.path, '/hook/team')
      assert.equal(await guest.tries(1), 1)
    })
  })
})
