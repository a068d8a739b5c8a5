import assert from 'node:assert/strict'
import { type CalcomStage, SHARED_SECRET, setCalcomStage } from '../support/calcom-stage.ts'
import { body as delivery, signed } from '../support/calcom-payloads.ts'
import { API_URL } from './harness.ts'

/** What a webhook made by hand is entered with. */
interface Given {
  readonly subscriberUrl: string
  readonly secret: string
  readonly events: readonly string[]
}

describe('connecting Cal.com', function connectSuite() {
  this.timeout(60_000)
  let stage: CalcomStage

  before(async () => {
    stage = await setCalcomStage()
  })
  after(() => stage.close())

  const post = (path: string, bytes: Buffer, signature?: string): Promise<Response> =>
    fetch(`${stage.api.origin}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(signature !== undefined && { 'x-cal-signature-256': signature }),
      },
      body: bytes.toString(),
    })

  const shown = async () =>
    (await stage.call(`/api/integrations/${await stage.integrationId()}`)).body

  const ask = () =>
    fetch(`${stage.api.origin}/api/integrations/calcom/connect`, {
      method: 'POST',
      headers: { ...stage.headers, 'idempotency-key': 'one' },
      body: JSON.stringify({ webhookOnly: true }),
    }).then(async (answer) => (await answer.json()) as { webhook: Given | null })

  const REFUSED: readonly [what: string, wish: object][] = [
    ['neither key nor webhook', {}],
    ['both key and webhook', { apiKey: 'cal_fake_key', webhookOnly: true }],
    ['an origin with a path', { apiKey: 'cal_fake_key', origin: 'https://cal.acme.test/x' }],
    ['an origin without TLS', { apiKey: 'cal_fake_key', origin: 'http://cal.acme.test' }],
    ['a private address', { apiKey: 'cal_fake_key', origin: 'https://10.0.0.1' }],
    [
      'a real installation while our own address is local',
      { apiKey: 'cal_fake_key', origin: 'cal.com' },
    ],
    ['a key with a space', { apiKey: 'cal fake key' }],
    ['an unknown purpose', { apiKey: 'cal_fake_key', purpose: 'money' }],
    ['an unknown field', { apiKey: 'cal_fake_key', url: 'https://cal.com' }],
  ]
  for (const [what, wish] of REFUSED)
    it(`refuses ${what}`, async () => {
      const { status } = await stage.connect(wish)

      assert.equal(status, 400)
    })

  let given: Given

  it('opens an endpoint for a webhook made by hand and says what to enter', async () => {
    const { status, body } = await stage.connect({ webhookOnly: true })

    assert.equal(status, 200)
    given = body['webhook'] as Given
    assert.equal(body['outcome'], 'waitingForFirstDelivery')
    assert.match(given.subscriberUrl, /^http:\/\/localhost:3000\/webhooks\/calcom\/[\w-]{22,}$/)
    assert.ok(given.secret.length >= 32)
    assert.ok(given.events.includes('BOOKING_CREATED'))
  })

  it('waits for the first delivery, and says that nothing else is looked at', async () => {
    const { status, reason, next_step, webhook_active, callback_url } = await shown()

    assert.deepEqual([status, webhook_active], ['waitingForFirstDelivery', false])
    assert.equal(callback_url, given.subscriberUrl)
    assert.match(String(reason), /nothing is reconciled and nothing is synced/)
    assert.match(String(next_step), /ping/)
  })

  it('is moved by nobody but a person when our public address changes', async () => {
    const moving = await stage.api.database.directory.integrationsElsewhere(
      'https://new.test',
      null,
      9,
    )

    assert.deepEqual(moving, [])
  })

  it('lists what to check after a day without a delivery', async () => {
    await stage.rows(`with old as (update subscription set created_at = now() - interval '25 hours'
      where organization_id = $1 returning 1) select * from old`)

    await stage.run()

    const { status, next_step } = await shown()
    assert.equal(status, 'waitingForFirstDelivery')
    assert.match(String(next_step), /subscriber URL.*secret.*events are ticked.*template.*ping/)
  })

  it('stays as it is when a delivery is forged', async () => {
    const path = new URL(given.subscriberUrl).pathname

    const answers = await Promise.all([
      post(path, delivery('PING')),
      post(path, delivery('PING'), 'no-secret-provided'),
      post(path, delivery('PING'), signed(delivery('PING'), 'another secret')),
      post(path, delivery('PING'), signed(delivery('PING'), SHARED_SECRET)),
    ])

    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 401, 401],
    )
    assert.equal((await shown())['status'], 'waitingForFirstDelivery')
  })

  it('is live once the ping has come, and still promises no more than deliveries', async () => {
    const subscriberUrl = given.subscriberUrl.replace(API_URL, stage.api.origin)
    await stage.guest.hook(subscriberUrl, { secret: given.secret })
    await post(
      new URL(subscriberUrl).pathname,
      delivery('PING'),
      signed(delivery('PING'), given.secret),
    )

    await stage.apply()

    const { status, reason } = await shown()
    assert.equal(status, 'live')
    assert.match(String(reason), /nothing is reconciled and nothing is synced/)
  })

  it('makes a session of what comes to the webhook made by hand', async () => {
    await stage.credits(await stage.client('pat@prospect.test'), 2)

    const booking = await stage.guest.reserve()
    await stage.settle()

    assert.deepEqual(
      (await stage.sessions()).map(({ uid }) => uid),
      [booking.uid],
    )
  })

  it('believes a doubtful delivery where nothing can be read again', async () => {
    const booking = await stage.guest.reserve({ requires_confirmation: true })
    await stage.guest.act(booking.uid, 'confirm')

    await stage.settle()

    const found = (await stage.sessions()).find(({ uid }) => uid === booking.uid)
    assert.equal(found?.['status'], 'scheduled')
  })

  it('gives a new secret when asked again, and takes the old one for a while', async () => {
    const { body } = await stage.connect({ webhookOnly: true })

    const renewed = body['webhook'] as Given
    assert.notEqual(renewed.secret, given.secret)
    assert.notEqual(renewed.subscriberUrl, given.subscriberUrl)
    const bytes = delivery('PING', {}, '2026-11-21T10:00:00.000Z')
    const late = await post(
      new URL(given.subscriberUrl).pathname,
      bytes,
      signed(bytes, given.secret),
    )
    assert.equal(late.status, 200)
  })

  it('shows the secret once: a repeated request does not get it again', async () => {
    const [first, second] = [await ask(), await ask()]

    assert.ok(first.webhook !== null)
    assert.equal(second.webhook, null)
  })

  it('takes a delivery at the shared route by its secret alone, for the account it names', async () => {
    await stage.connect()
    const booking = { organizer: { id: 0 }, bookerUrl: stage.guest.sandbox.url, uid: 'by-hand' }
    const { body } = await stage.call(`/api/integrations/${await stage.integrationId()}`)
    const id = Number(String(body['provider_user_uri']).split('/').at(-1))
    const bytes = delivery('BOOKING_CREATED', { ...booking, organizer: { id } })

    const right = await post('/api/webhooks/calcom', bytes, signed(bytes, SHARED_SECRET))
    const wrong = await post('/api/webhooks/calcom', bytes, signed(bytes, 'another'))

    assert.deepEqual([right.status, wrong.status], [200, 401])
    const kept = await stage.rows(
      `select dedupe_key from inbound_event where organization_id = $1 and dedupe_key like '%by-hand'`,
    )
    assert.deepEqual(kept, [{ dedupe_key: 'BOOKING_CREATED by-hand' }])
  })

  it('keeps a delivery of an account that nobody has connected', async () => {
    const bytes = delivery('BOOKING_CREATED', { uid: 'nobodys', bookerUrl: 'https://cal.eu' })

    const { status } = await post('/api/webhooks/calcom', bytes, signed(bytes, SHARED_SECRET))

    assert.equal(status, 200)
    const { rows } = await stage.api.owner.query('select account_uris from unrouted_delivery')
    assert.deepEqual(rows, [{ account_uris: ['https://api.cal.eu/users/1'] }])
  })

  it('opens no endpoint beside a key that is still kept to clean up with', async () => {
    const path = `/api/integrations/${await stage.integrationId()}`
    await stage.guest.fault({ kind: '500' })
    await stage.call(`${path}/disconnect`, {})

    const owing = await stage.connect({ webhookOnly: true })
    await stage.call(`${path}/forget`, {})
    const free = await stage.connect({ webhookOnly: true })

    assert.deepEqual([owing.status, free.status], [409, 200])
    await fetch(`${stage.guest.sandbox.url}/control/faults`, { method: 'DELETE' })
    assert.equal((await stage.connect()).status, 200)
  })

  it('says what a person has to delete when a webhook made by hand is given up', async () => {
    await stage.call(`/api/integrations/${await stage.integrationId()}/disconnect`, {})
    await stage.connect({ webhookOnly: true })

    const { body } = await stage.call(
      `/api/integrations/${await stage.integrationId()}/disconnect`,
      {},
    )

    assert.deepEqual(
      [body['outcome'], body['nextStep']],
      ['disconnected', 'Delete it there; until then its deliveries are dropped.'],
    )
  })
})

describe('the shared route of Cal.com without a secret', () => {
  it('refuses everybody, even the key of an endpoint', async () => {
    const stage = await setCalcomStage({}, { sharedSecret: null })
    const { body } = await stage.connect({ webhookOnly: true })
    const { secret } = body['webhook'] as Given
    const bytes = delivery('PING')

    const answer = await fetch(`${stage.api.origin}/api/webhooks/calcom`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cal-signature-256': signed(bytes, secret) },
      body: bytes.toString(),
    })

    await stage.close()
    assert.equal(answer.status, 401)
  })
})
