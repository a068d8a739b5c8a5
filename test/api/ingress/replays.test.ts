import assert from 'node:assert/strict'
import { bytes, delivery, signed } from '../../support/calendly-payloads.ts'
import { aTenant, APP_KEY } from '../harness.ts'
import { post, sendAndLeave } from '../raw-http.ts'
import { until } from '../../support/until.ts'
import { is } from './answers.ts'
import {
  freshBody,
  JSON_TYPE,
  nowSeconds,
  openDoor,
  SET_ASIDE,
  signatureLine,
  taken,
} from './door.ts'
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

  const NOTHING_NEW = { log: ['nothing new'] }

  it('case 39: acknowledges an exact replay, and starts nothing again', async () => {
    const body = freshBody()
    const signature = signed(door.tenant.signingKey, { t: nowSeconds(), body })
    is(await door.knock({ body, signature }), 'taken')

    await door.leaves(NOTHING_NEW, async () => is(await door.knock({ body, signature }), 'taken'))
  })

  it('case 42: stores fifty parallel copies once', () => {
    const log = ['verified and stored', ...Array.from({ length: 49 }, () => 'nothing new')]
    return door.leaves({ rows: 1, started: 1, log }, async () => {
      const body = freshBody()

      const answers = await Promise.all(Array.from({ length: 50 }, () => door.knock({ body })))

      for (const answer of answers) is(answer, 'taken')
    })
  })

  it('case 43: sets aside another content under the same identity', async () => {
    const uri = 'https://api.calendly.com/scheduled_events/same/invitees/same'
    const slot = { uri: 'https://api.calendly.com/scheduled_events/same' }
    const bodyOf = (name: string): Buffer =>
      bytes(delivery('invitee.created', { slot, payload: { uri, event: slot.uri, name } }))
    is(await door.knock({ body: bodyOf('Pat') }), 'taken')

    await door.leaves(SET_ASIDE, async () =>
      is(await door.knock({ body: bodyOf('Mallory') }), 'taken'),
    )

    assert.match((await last()) ?? '', /^quarantined conflict/)
  })

  it('case 44: acknowledges the same body signed at another time as a copy', async () => {
    const body = freshBody()
    const at = (t: number) => signed(door.tenant.signingKey, { t, body })
    is(await door.knock({ body, signature: at(nowSeconds() - 60) }), 'taken')

    await door.leaves(NOTHING_NEW, async () =>
      is(await door.knock({ body, signature: at(nowSeconds()) }), 'taken'),
    )
  })

  it('case 72: keeps what was sent by a caller that does not wait for the answer', async () => {
    const body = freshBody()
    const signature = signed(door.tenant.signingKey, { t: nowSeconds(), body })
    const path = `/webhooks/calendly/${door.tenant.endpoint}`
    const rows = await door.rows()

    await sendAndLeave(door.api.port, post(path, [JSON_TYPE, signatureLine(signature)], body))
    await until(async () => (await door.rows()) === rows + 1)

    await door.leaves(NOTHING_NEW, async () => is(await door.knock({ body, signature }), 'taken'))
  })

  it('cases 77 and 78: sets aside a payload of an account that is not the endpoint’s', async () => {
    const other = await aTenant(door.api, { userUri: 'https://api.calendly.com/users/elsewhere' })
    const body = freshBody()
    const signature = signed(APP_KEY, { t: nowSeconds(), body })

    await door.leaves(SET_ASIDE, async () =>
      is(
        await door.knock({ body, path: `/webhooks/calendly/${other.endpoint}`, signature }),
        'taken',
      ),
    )

    assert.equal(await last(), 'quarantined accountMismatch')
  })

  it('case 83: acknowledges a delivery for the disconnected, drops it and counts it', async () => {
    const gone = await aTenant(door.api, { userUri: 'https://api.calendly.com/users/gone' })
    await door.api.owner.query(
      `update integration set wanted = 'disconnected', status = 'disconnected' where id = $1`,
      [gone.integrationId],
    )
    const body = freshBody()
    const signature = signed(gone.signingKey, { t: nowSeconds(), body })

    await door.leaves(NOTHING_NEW, async () =>
      is(
        await door.knock({ body, path: `/webhooks/calendly/${gone.endpoint}`, signature }),
        'taken',
      ),
    )

    const { rows: counted } = await door.api.owner.query(
      `select count::int from rejection where reason = 'retired'`,
    )
    assert.deepEqual(counted, [{ count: 1 }])
  })

  it('keeps what the app-wide key proves and nobody owns, without a tenant', async () => {
    const body = freshBody()
    const path = `/webhooks/calendly/${'Z'.repeat(32)}`
    const signature = signed(APP_KEY, { t: nowSeconds(), body })

    await door.leaves({ rows: 1, log: ['kept unrouted'] }, async () =>
      is(await door.knock({ body, path, signature }), 'taken'),
    )

    const { rows: kept } = await door.api.owner.query('select body from unrouted_delivery')
    assert.deepEqual(
      kept.map((row: { body: Buffer }) => row.body),
      [body],
    )
  })

  it('routes a delivery at a shared route by the account it names', () =>
    door.leaves(taken(4), async () => {
      for (const path of ['/calendly/webhook', '/api/calendly/webhook'])
        for (const key of [door.tenant.signingKey, APP_KEY]) {
          const body = freshBody()
          const signature = signed(key, { t: nowSeconds(), body })
          is(await door.knock({ body, path, signature }), 'taken')
        }
    }))

  it('refuses a delivery at a shared route that no key of its account signed', () =>
    door.leaves({}, async () => {
      const body = freshBody()
      const signature = signed('nobody', { t: nowSeconds(), body })
      is(await door.knock({ body, path: '/calendly/webhook', signature }), 'refused')
    }))

  it('acknowledges and stores while Temporal is down, and leaves the start to the relay', async () => {
    door.api.gateway.isDown = true

    await door.leaves({ rows: 1, log: ['verified and stored'] }, async () =>
      is(await door.knock({}), 'taken'),
    )
    door.api.gateway.isDown = false

    const { rows: kept } = await door.api.owner.query(
      'select started_at from inbound_event order by id desc limit 1',
    )
    assert.deepEqual(kept, [{ started_at: null }])
  })
})
