import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import type { Answer } from '../visitor.ts'
import type { Guest } from './guest.ts'
import { visitCalcom } from './guest.ts'

/**
 * `calcom-v2.json` holds the shapes of the official specification of 2025-12-19, kept as data. Where
 * it is known to be wrong, what is known wins:
 * - the id of a hook is a text in the database and in every path: the specification says number;
 * - `triggers` are texts, not objects, and `payloadTemplate` is null where there is none;
 * - the answer to a reassignment is described by itself, without end: its `data` may be anything;
 * - a recurring booking is a booking with one field more, so `oneOf` would never hold: any will do.
 */
const DATA = new URL('../openapi/calcom-v2.json', import.meta.url)

const ATTENDEE = { name: 'Pat Prospect', email: 'pat@prospect.test', timeZone: 'Europe/Paris' }

describe('calcom sandbox: answers against the official specification', () => {
  let guest: Guest
  let check: (name: string, answer: Answer) => void

  before(async () => {
    check = checker(JSON.parse(await readFile(DATA, 'utf8')) as Data)
    guest = await visitCalcom()
  })

  after(() => guest.sandbox.close())

  it('describes the caller', async () => {
    check('GET /v2/me 200', await guest.call('GET', '/me'))
    const key = await guest.keyOf('lena@solo.test')
    check('GET /v2/me 200', await guest.call('GET', '/me', { key }))
  })

  it('describes hooks of a user, made, listed, shown, changed and deleted', async () => {
    const made = await guest.hook('https://hooks.test/1')
    const path = `/webhooks/${made.body.data.id}`

    check('POST /v2/webhooks 201', made)
    check('GET /v2/webhooks 200', await guest.call('GET', '/webhooks'))
    check('GET /v2/webhooks/{webhookId} 200', await guest.call('GET', path))
    const json = { active: false }
    check('PATCH /v2/webhooks/{webhookId} 200', await guest.call('PATCH', path, { json }))
    check('DELETE /v2/webhooks/{webhookId} 200', await guest.call('DELETE', path))
  })

  it('describes hooks of an event type and of a platform client', async () => {
    const client = (await guest.control('/calcom/oauth-clients', {})).body
    const secret = { key: '', headers: { 'x-cal-secret-key': client.secret } }
    const json = { subscriberUrl: 'https://hooks.test/2', active: true, triggers: ['BOOKING_PAID'] }
    const type = '/event-types/1/webhooks'
    const ofClient = `/oauth-clients/${client.id}/webhooks`

    const named = '/v2/event-types/{eventTypeId}/webhooks'
    check(`POST ${named} 201`, await guest.call('POST', type, { json }))
    check(`GET ${named} 200`, await guest.call('GET', type))
    check(`DELETE ${named} 200`, await guest.call('DELETE', type))
    const clients = '/v2/oauth-clients/{clientId}/webhooks'
    check(`POST ${clients} 201`, await guest.call('POST', ofClient, { ...secret, json }))
    check(`GET ${clients} 200`, await guest.call('GET', ofClient, secret))
  })

  it('describes bookings, made, moved, cancelled, listed', async () => {
    const json = { start: '2030-01-07T10:00:00Z', eventTypeId: 1, attendee: ATTENDEE }
    const made = await guest.call('POST', '/bookings', { json })
    check('POST /v2/bookings 201', made)
    check('GET /v2/bookings/{bookingUid} 200', await guest.call('GET', pathOf(made)))

    const start = { start: '2030-01-08T10:00:00Z' }
    const moved = await guest.call('POST', `${pathOf(made)}/reschedule`, { json: start })
    check('POST /v2/bookings/{bookingUid}/reschedule 201', moved)
    const reason = { json: { cancellationReason: 'Ill' } }
    const cancelled = await guest.call('POST', `${pathOf(moved)}/cancel`, reason)
    check('POST /v2/bookings/{bookingUid}/cancel 200', cancelled)
    await guest.reserve({ seats: 2 })
    check('GET /v2/bookings 200', await guest.call('GET', '/bookings'))
  })

  it('describes series and seats', async () => {
    const order = { user: 'rita@acme.test', slug: 'weekly', recurrence: { count: 2 } }
    const type = (await guest.control('/calcom/event-types', order)).body
    const json = { start: '2030-03-04T10:00:00Z', eventTypeId: type.id, attendee: ATTENDEE }
    const series = await guest.call('POST', '/bookings', { json })
    check('POST /v2/bookings 201', series)
    const all = `/bookings/${series.body.data[0].recurringBookingUid}`
    check('GET /v2/bookings/{bookingUid} 200', await guest.call('GET', all))
    const cancelled = await guest.call('POST', `${all}/cancel`, { json: {} })
    check('POST /v2/bookings/{bookingUid}/cancel 200', cancelled)

    const seats = { user: 'rita@acme.test', slug: 'group', seats: 3 }
    const group = (await guest.control('/calcom/event-types', seats)).body
    const seat = { ...json, start: '2030-04-01T10:00:00Z', eventTypeId: group.id }
    const taken = await guest.call('POST', '/bookings', { json: seat })
    check('POST /v2/bookings 201', taken)
    check('GET /v2/bookings/{bookingUid} 200', await guest.call('GET', pathOf(taken)))
  })

  it('describes what a host decides', async () => {
    const named = 'POST /v2/bookings/{bookingUid}'
    const act = async (uid: string, name: string, json: object = {}) =>
      guest.call('POST', `/bookings/${uid}/${name}`, { json })
    const yes = await guest.reserve({ requires_confirmation: true })
    const no = await guest.reserve({ requires_confirmation: true })

    check(`${named}/confirm 200`, await act(yes.uid, 'confirm'))
    check(`${named}/decline 200`, await act(no.uid, 'decline', { reason: 'Away' }))
    const attendees = [{ email: 'pat@prospect.test', absent: true }]
    check(`${named}/mark-absent 200`, await act(yes.uid, 'mark-absent', { attendees }))
    const guests = [{ email: 'guest@x.test', name: 'Guest' }]
    check(`${named}/guests 200`, await act(yes.uid, 'guests', { guests }))
    check(`${named}/reassign/{userId} 200`, await act(yes.uid, 'reassign/2'))
  })

  it('describes managed users and their tokens', async () => {
    const client = (await guest.control('/calcom/oauth-clients', {})).body
    const secret = { key: '', headers: { 'x-cal-secret-key': client.secret } }
    const users = `/oauth-clients/${client.id}/users`
    const json = { email: 'managed@x.test', name: 'Managed' }
    const made = await guest.call('POST', users, { ...secret, json })
    check('POST /v2/oauth-clients/{clientId}/users 201', made)
    const { refreshToken, user } = made.body.data
    const fresh = await guest.call('POST', `/oauth/${client.id}/refresh`, {
      ...secret,
      json: { refreshToken },
    })
    check('POST /v2/oauth/{clientId}/refresh 200', fresh)
    const path = `${users}/${user.id}/force-refresh`
    const forced = await guest.call('POST', path, { ...secret, json: {} })
    check('POST /v2/oauth-clients/{clientId}/users/{userId}/force-refresh 200', forced)
  })

  it('finds a planted fault in an answer', async () => {
    const me = await guest.call('GET', '/me')
    delete me.body.data.timeZone

    assert.throws(() => check('GET /v2/me 200', me), /timeZone/)
  })
})

interface Data {
  schemas: Record<string, any>
  responses: Record<string, unknown>
}

function pathOf({ body }: Answer): string {
  return `/bookings/${body.data.uid}`
}

function checker(data: Data) {
  for (const [name, { properties }] of Object.entries(data.schemas)) {
    if (!name.endsWith('WebhookOutputDto')) continue
    properties.id.type = 'string'
    properties.triggers.items = { type: 'string' }
    properties.payloadTemplate.nullable = true
  }
  data.schemas['ReassignBookingOutput_2024_08_13'].properties.data = {}
  const ajv = new Ajv({ strict: false, allErrors: true })
  ajv.addSchema(takingAny(data) as object, 'calcom')
  return (name: string, { status, body }: Answer) => {
    assert.ok(name in data.responses, `${name} is not in the specification`)
    assert.equal(status, Number(name.slice(-3)), JSON.stringify(body))
    const pointer = encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
    const validate = ajv.compile({ $ref: `calcom#/responses/${pointer}` })
    assert.ok(validate(body), `${name}: ${ajv.errorsText(validate.errors)}`)
  }
}

function takingAny(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(takingAny)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key === 'oneOf' ? 'anyOf' : key, takingAny(value)]),
  )
}
