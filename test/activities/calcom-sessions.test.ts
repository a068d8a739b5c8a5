import assert from 'node:assert/strict'
import { type CalcomStage, setCalcomStage } from '../support/calcom-stage.ts'

describe('a Cal.com account, from connect to disconnect', function accountSuite() {
  this.timeout(60_000)
  let stage: CalcomStage

  before(async () => {
    stage = await setCalcomStage()
  })
  after(() => stage.close())

  it('refuses a key that the provider does not know, and keeps nothing of it', async () => {
    const { status, body } = await stage.connect({ apiKey: 'cal_no_such_key' })

    assert.deepEqual([status, body['outcome']], [200, 'failed'])
    assert.match(String(body['reason']), /refuses this API key/)
    assert.deepEqual(await stage.rows('select 1 from integration where organization_id = $1'), [])
    assert.deepEqual(await stage.rows('select code from operation where organization_id = $1'), [
      { code: null },
    ])
  })

  it('connects with a key: live once the provider lists exactly our hook', async () => {
    const { status, body } = await stage.connect()

    assert.deepEqual([status, body['outcome'], body['webhook']], [200, 'live', null])
    const { body: shown } = await stage.call(`/api/integrations/${String(body['integrationId'])}`)
    const [hook, ...others] = await stage.guest.held()
    assert.deepEqual(others, [])
    assert.equal(hook.subscriberUrl, shown['callback_url'])
    assert.deepEqual([hook.has_secret, shown['webhook_active']], [true, true])
    assert.deepEqual(
      [shown['token_expires_at'], shown['provider_account_email']],
      [null, 'rita@acme.test'],
    )
  })

  it('keeps no key in clear', async () => {
    const texts = await stage.rows(`select to_jsonb(o)::text as text from operation o
      where organization_id = $1 union all select to_jsonb(c)::text from credential c
      where organization_id = $1`)

    assert.ok(texts.length > 1)
    assert.ok(texts.every(({ text }) => !String(text).includes(stage.guest.key)))
  })

  it('parks a booking of somebody unknown, who is found once the client is made', async () => {
    await stage.guest.reserve()
    await stage.settle()
    const waiting = await stage.rows('select reason from parked_item where organization_id = $1')

    const clientId = await stage.client('PAT@prospect.test')
    await stage.apply()

    assert.deepEqual(waiting, [{ reason: 'User not found' }])
    const now = await stage.rows(
      'select reason from parked_item where organization_id = $1 and resolved_at is null',
    )
    assert.deepEqual(now, [{ reason: 'No active package' }])
    await stage.credits(clientId, 3)
    assert.deepEqual(await stage.apply(), ['processed'])
    assert.equal(await stage.left(), 2)
  })

  it('makes one session of a booking, with the link and one credit', async () => {
    const booking = await stage.guest.reserve()

    await stage.settle()

    const found = (await stage.sessions()).filter(({ uid }) => uid === booking.uid)
    assert.deepEqual(
      found.map(({ status, meeting_link }) => [status, meeting_link]),
      [['scheduled', 'https://meet.example.test/fake-link']],
    )
    assert.equal(await stage.left(), 1)
  })

  it('moves the same session when the booking moves', async () => {
    const [first] = await stage.sessions()
    const count = (await stage.sessions()).length

    const { body } = await stage.guest.act(String(first?.['uid']), 'reschedule')
    await stage.settle()

    const sessions = await stage.sessions()
    assert.equal(sessions.length, count)
    const moved = sessions.find(({ uid }) => uid === body.booking.uid)
    assert.deepEqual(moved?.['start_at'], new Date(body.booking.start))
    assert.equal(await stage.left(), 1)
  })

  it('gives the credit back when a booking is cancelled in time', async () => {
    const [session] = await stage.sessions()

    await stage.guest.act(String(session?.['uid']), 'cancel')
    await stage.settle()

    const after = (await stage.sessions()).find(({ uid }) => uid === session?.['uid'])
    assert.equal(after?.['status'], 'cancelled')
    assert.equal(await stage.left(), 2)
  })

  it('says the session exists already when a booking is delivered twice', async () => {
    await stage.guest.fault({ kind: 'duplicate', times: 1 })
    const before = await stage.left()

    await stage.guest.reserve()
    await stage.settle()

    assert.equal(await stage.left(), before - 1)
  })

  it('finds by sync what no hook brought', async () => {
    await stage.guest.fault({ kind: 'lose', times: 1 })
    const before = await stage.left()
    const lost = await stage.guest.reserve()
    await stage.settle()
    assert.equal(await stage.left(), before)

    await stage.run('sync')

    assert.ok((await stage.sessions()).some(({ uid }) => uid === lost.uid))
    assert.equal(await stage.left(), before - 1)
  })

  it('parks what a sync finds of somebody unknown, and resumes it', async () => {
    await stage.guest.fault({ kind: 'lose', times: 1 })
    const lost = await stage.guest.reserve({ invitee: { email: 'kim@prospect.test', name: 'Kim' } })
    await stage.run('sync')
    await stage.run('sync')
    const waiting = await stage.rows(`select reason from parked_item p
      where organization_id = $1 and resolved_at is null`)

    await stage.credits(await stage.client('kim@prospect.test'), 1)
    await stage.apply()

    assert.deepEqual(waiting, [{ reason: 'User not found' }])
    assert.ok((await stage.sessions()).some(({ uid }) => uid === lost.uid))
  })

  it('makes a missing hook again', async () => {
    const [hook] = await stage.guest.held()
    await stage.guest.call('DELETE', `/webhooks/${hook.id}`)

    await stage.run('reconcile')

    const [again, ...others] = await stage.guest.held()
    assert.deepEqual(others, [])
    assert.notEqual(again.subscriberUrl, hook.subscriberUrl)
  })

  it('says so when the key is deleted at the provider', async () => {
    const integrationId = await stage.integrationId()
    await stage.guest.fault({ kind: 'key-revoked', user: 'rita@acme.test' })

    await stage.run('reconcile')

    const { body } = await stage.call(`/api/integrations/${integrationId}`)
    assert.equal(body['status'], 'needsReconnect')
    assert.match(String(body['reason']), /key/)
  })

  it('heals with a new key, and leaves no hook and no key behind at the end', async () => {
    await stage.guest.send('DELETE', '/control/faults')
    stage.guest.key = await stage.guest.keyOf('rita@acme.test')
    const healed = await stage.connect()

    const { body } = await stage.call(
      `/api/integrations/${await stage.integrationId()}/disconnect`,
      {},
    )

    assert.equal(healed.body['outcome'], 'live')
    assert.equal(body['outcome'], 'disconnected')
    assert.deepEqual(await stage.guest.held(), [])
    assert.deepEqual(await stage.rows('select 1 from credential where organization_id = $1'), [])
  })
})
