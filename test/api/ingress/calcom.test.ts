import assert from 'node:assert/strict'
import { calcomWebhook } from '../../../providers/calcom/client.ts'
import { body as bodyOf, HOST_URI, signed } from '../../support/calcom-payloads.ts'
import { aTenant } from '../harness.ts'
import type { Tenant } from '../harness.ts'
import { is } from './answers.ts'
import { JSON_TYPE, openDoor, SET_ASIDE, taken } from './door.ts'
import type { Door, Knock } from './door.ts'
import { stageOf } from './stage.ts'

const SHARED_SECRET = 'the secret of the shared route'
const CALCOM = { name: 'calcom', webhookEvents: [], webhook: calcomWebhook }
const NOTHING_NEW = { log: ['nothing new'] }

let made = 0
/** A booking nobody has told of before. */
const fresh = (): Buffer => {
  made += 1
  return bodyOf('BOOKING_CREATED', { uid: `fakeUid${String(made).padStart(15, '0')}` })
}

describe('webhooks of Cal.com', () => {
  let door: Door
  let tenant: Tenant
  before(async () => {
    const appKeys = { calcom: [SHARED_SECRET] }
    door = await openDoor({ providers: { calcom: CALCOM as never }, appKeys })
    const { organization } = door.tenant
    const person = { organization, subject: 'of Cal.com', provider: 'calcom' } as const
    tenant = await aTenant(door.api, { userUri: HOST_URI, ...person })
  })
  after(() => door.close())

  /** A delivery under these values of the signature's header; by itself an honest one. */
  const under = (body: Buffer, ...values: readonly string[]): Knock => ({
    path: `/webhooks/calcom/${tenant.endpoint}`,
    body,
    headers: [JSON_TYPE, ...values.map((value) => `X-Cal-Signature-256: ${value}`)],
  })
  const honest = (body: Buffer): Knock => under(body, signed(body, tenant.signingKey))

  const refuses = (knocks: (body: Buffer, right: string) => readonly Knock[]): Promise<void> =>
    door.leaves({}, async () => {
      const body = fresh()
      for (const knock of knocks(body, signed(body, tenant.signingKey)))
        is(await door.knock(knock), 'refused', knock.headers?.[1] ?? '')
    })

  it('cases 1 to 3: refuses no signature, an empty one and a blank one', () =>
    refuses((body) => [under(body), under(body, ''), under(body, ' \t ')]))

  it('cases 16 to 20: refuses a digest in any other form, and two of them', () =>
    refuses((body, right) => [
      under(body, right.toUpperCase()),
      under(body, Buffer.from(right, 'hex').toString('base64')),
      under(body, right.slice(0, -1)),
      under(body, `${right}zz`),
      under(body, `sha256=${right}`),
      under(body, 'a'.repeat(64), right),
    ]))

  it('case 26: refuses the secret of another, that of the shared route included', () =>
    refuses((body) => [
      under(body, signed(body, door.tenant.signingKey)),
      under(body, signed(body, SHARED_SECRET)),
      under(body, signed(body, '')),
    ]))

  it('cases 46 to 48: refuses a body that says the same in other bytes', () =>
    refuses((body, right) => [
      under(Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1)), right),
      under(Buffer.concat([body, Buffer.from('\n')]), right),
      under(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]), right),
    ]))

  it('case 39: acknowledges a replay however late, and starts nothing again', async () => {
    const knock = honest(fresh())
    await door.leaves(taken(1), async () => is(await door.knock(knock), 'taken'))

    await door.leaves(NOTHING_NEW, async () => is(await door.knock(knock), 'taken'))
  })

  it('case 41: has no second effect when a replay comes after its dedupe key was purged', async () => {
    const stage = stageOf(door)
    const knock = honest(fresh())
    await stage.deliver(knock)
    const before = await stage.seen('pat@prospect.test')
    await door.api.owner.query('delete from inbound_event')

    await door.leaves(taken(1), () => stage.deliver(knock))

    assert.deepEqual(await stage.seen('pat@prospect.test'), before)
    assert.equal(before.prospects, 1)
  })

  it('case 88: refuses the words for no secret, and answers a ping without an effect', async () => {
    const stage = stageOf(door)
    const ping = bodyOf('PING', {}, new Date().toISOString())
    await refuses((body) => [under(body, 'no-secret-provided'), under(body)])

    await door.leaves(taken(1), () => stage.deliver(honest(ping)))

    assert.equal((await stage.ends()).at(-1)?.split(' ')[0], 'dropped')
  })

  it('case 88: refuses everything at the shared route while it has no secret', async () => {
    const own = await openDoor({ providers: { calcom: CALCOM as never }, appKeys: {} })
    const body = fresh()

    await own.leaves({}, async () => {
      for (const key of ['', 'no-secret-provided', own.tenant.signingKey])
        is(
          await own.knock({ ...under(body, signed(body, key)), path: '/api/webhooks/calcom' }),
          'refused',
        )
    })

    await own.close()
  })

  it('case 89: sets aside a body made by a template of somebody’s own', async () => {
    for (const text of [
      '{"text":"New booking by Pat"}',
      '{"triggerEvent":"BOOKING_CREATED","who":"Pat"}',
      '{"triggerEvent":"BOOKING_CREATED","createdAt":"now","payload":{"title":"x"}}',
      'Pat has booked',
    ])
      await door.leaves(SET_ASIDE, async () =>
        is(await door.knock(honest(Buffer.from(text))), 'taken', text),
      )
  })
})
