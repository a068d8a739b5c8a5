import assert from 'node:assert/strict'
import { bytes, delivery, signed } from '../../support/calendly-payloads.ts'
import { aTenant, APP_KEY } from '../harness.ts'
import { freshBody, nowSeconds, openDoor } from './door.ts'
import type { Door } from './door.ts'

describe('webhook copies and owners', () => {
  let door: Door
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  const statuses = async (): Promise<string[]> => {
    const { rows } = await door.api.owner.query<{ told: string }>(
      `select concat_ws(' ', status, split_part(reason, ':', 1)) as told
        from inbound_event order by id`,
    )
    return rows.map(({ told }) => told)
  }
  const last = async (): Promise<string | undefined> => (await statuses()).at(-1)

  it('case 39: acknowledges an exact replay, and starts nothing again', async () => {
    const body = freshBody()
    const signature = signed(door.tenant.signingKey, { t: nowSeconds(), body })
    assert.equal((await door.knock({ body, signature })).status, 200)
    const [rows, started] = [await door.rows(), door.api.gateway.events.length]

    const { status } = await door.knock({ body, signature })

    assert.equal(status, 200)
    assert.equal(await door.rows(), rows)
    assert.equal(door.api.gateway.events.length, started)
  })

  it('case 42: stores fifty parallel copies once', async () => {
    const body = freshBody()
    const [rows, started] = [await door.rows(), door.api.gateway.events.length]

    const answers = await Promise.all(Array.from({ length: 50 }, () => door.knock({ body })))

    assert.deepEqual(
      answers.filter(({ status }) => status !== 200),
      [],
    )
    assert.equal(await door.rows(), rows + 1)
    assert.equal(door.api.gateway.events.length, started + 1)
  })

  it('case 43: sets aside another content under the same identity', async () => {
    const uri = 'https://api.calendly.com/scheduled_events/same/invitees/same'
    const slot = { uri: 'https://api.calendly.com/scheduled_events/same' }
    const bodyOf = (name: string): Buffer =>
      bytes(delivery('invitee.created', { slot, payload: { uri, event: slot.uri, name } }))
    assert.equal((await door.knock({ body: bodyOf('Pat') })).status, 200)
    const rows = await door.rows()

    const { status } = await door.knock({ body: bodyOf('Mallory') })

    assert.equal(status, 200)
    assert.equal(await door.rows(), rows + 1)
    assert.match((await last()) ?? '', /^quarantined conflict/)
  })

  it('case 44: acknowledges the same body signed at another time as a copy', async () => {
    const body = freshBody()
    const at = (t: number) => signed(door.tenant.signingKey, { t, body })
    assert.equal((await door.knock({ body, signature: at(nowSeconds() - 60) })).status, 200)
    const rows = await door.rows()

    const { status } = await door.knock({ body, signature: at(nowSeconds()) })

    assert.equal(status, 200)
    assert.equal(await door.rows(), rows)
  })

  it('cases 77 and 78: sets aside a payload of an account that is not the endpoint’s', async () => {
    const other = await aTenant(door.api, { userUri: 'https://api.calendly.com/users/elsewhere' })
    const started = door.api.gateway.events.length
    const body = freshBody()

    const { status } = await door.knock({
      body,
      path: `/webhooks/calendly/${other.endpoint}`,
      signature: signed(APP_KEY, { t: nowSeconds(), body }),
    })

    assert.equal(status, 200)
    assert.equal(await last(), 'quarantined accountMismatch')
    assert.equal(door.api.gateway.events.length, started)
  })

  it('case 83: acknowledges a delivery for the disconnected, and drops it', async () => {
    const gone = await aTenant(door.api, { userUri: 'https://api.calendly.com/users/gone' })
    await door.api.owner.query(
      `update integration set wanted = 'disconnected', status = 'disconnected' where id = $1`,
      [gone.integrationId],
    )
    const rows = await door.rows()
    const body = freshBody()

    const { status } = await door.knock({
      body,
      path: `/webhooks/calendly/${gone.endpoint}`,
      signature: signed(gone.signingKey, { t: nowSeconds(), body }),
    })

    assert.equal(status, 200)
    assert.equal(await door.rows(), rows)
  })

  it('keeps what the app-wide key proves and nobody owns, without a tenant', async () => {
    const body = freshBody()
    const rows = await door.rows()

    const { status } = await door.knock({
      body,
      path: `/webhooks/calendly/${'Z'.repeat(32)}`,
      signature: signed(APP_KEY, { t: nowSeconds(), body }),
    })

    assert.equal(status, 200)
    assert.equal(await door.rows(), rows + 1)
    const { rows: kept } = await door.api.owner.query('select body from unrouted_delivery')
    assert.deepEqual(
      kept.map((row: { body: Buffer }) => row.body),
      [body],
    )
  })

  it('routes a delivery at a shared route by the account it names', async () => {
    for (const path of ['/calendly/webhook', '/api/calendly/webhook'])
      for (const key of [door.tenant.signingKey, APP_KEY]) {
        const body = freshBody()
        const signature = signed(key, { t: nowSeconds(), body })
        const started = door.api.gateway.events.length

        const { status } = await door.knock({ body, path, signature })

        assert.equal(status, 200)
        assert.equal(door.api.gateway.events.length, started + 1)
      }
  })

  it('refuses a delivery at a shared route that no key of its account signed', async () => {
    const body = freshBody()
    const rows = await door.rows()

    const { status } = await door.knock({
      body,
      path: '/calendly/webhook',
      signature: signed('nobody', { t: nowSeconds(), body }),
    })

    assert.equal(status, 401)
    assert.equal(await door.rows(), rows)
  })

  it('acknowledges and stores while Temporal is down, and leaves the start to the relay', async () => {
    door.api.gateway.isDown = true
    const [rows, started] = [await door.rows(), door.api.gateway.events.length]

    const { status } = await door.knock({})
    door.api.gateway.isDown = false

    assert.equal(status, 200)
    assert.equal(await door.rows(), rows + 1)
    assert.equal(door.api.gateway.events.length, started)
    const { rows: kept } = await door.api.owner.query(
      'select started_at from inbound_event order by id desc limit 1',
    )
    assert.deepEqual(kept, [{ started_at: null }])
  })
})
