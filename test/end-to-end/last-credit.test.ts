import assert from 'node:assert/strict'
import { createCoachingRest } from '../../dev/demo/coaching-rest.ts'
import { callJson } from '../../dev/demo/json-client.ts'
import { until } from '../../dev/demo/until.ts'
import { type Stack, startStack } from '../../dev/stack.ts'
import { body, BOOKING, signed } from '../support/calcom-payloads.ts'

const DELIVERIES = 100

interface Connected {
  readonly webhook: { readonly subscriberUrl: string; readonly secret: string }
}

interface Parked {
  readonly items: readonly { readonly reason: string; readonly resolved_at: string | null }[]
}

/** A booking of its own hour, by the same person. */
const bookingAt = (n: number): Buffer => {
  const start = new Date(Date.UTC(2027, 0, 1, 8) + n * 3 * 3_600_000)
  const uid = `lastCreditUid${String(n).padStart(9, '0')}`
  return body('BOOKING_CREATED', {
    uid,
    bookingId: 1_000 + n,
    iCalUID: `${uid}@cal.test`,
    startTime: start.toISOString(),
    endTime: new Date(start.getTime() + 3_600_000).toISOString(),
  })
}

describe('the last credit, over two apis and two workers', function lastCreditSuite() {
  this.timeout(120_000)
  let stack: Stack

  before(async () => {
    stack = await startStack({ apis: 2, workers: 2, env: { LOG_LEVEL: 'warn' } })
  })
  after(() => stack.stop())

  it('pays one of a hundred bookings at once; the others wait for a package', async () => {
    const { api, apis } = stack.urls
    const token = await stack.token({ sub: 'coach', org: 'coaching', role: 'admin' })
    const rest = createCoachingRest(api, token)
    const [attendee] = BOOKING.attendees
    const { id: clientId } = await rest.addClient({ email: attendee?.email ?? '', name: 'Pat' })
    const { user_id: hostUserId } = await rest.me()
    const { id } = await rest.addPackage({ clientId, hostUserId, sessionsTotal: 1 })
    const { webhook } = await callJson<Connected>(`${api}/api/integrations/calcom/connect`, {
      method: 'POST',
      json: { webhookOnly: true },
      token,
    })
    const { pathname } = new URL(webhook.subscriberUrl)

    const statuses = await Promise.all(
      Array.from({ length: DELIVERIES }, async (_, n) => {
        const bytes = bookingAt(n)
        const { status } = await fetch(`${apis[n % 2]}${pathname}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-cal-signature-256': signed(bytes, webhook.secret),
          },
          body: bytes.toString(),
        })
        return status
      }),
    )

    assert.deepEqual([...new Set(statuses)], [200])
    const parked = async () =>
      (await callJson<Parked>(`${api}/api/parked?limit=100`, { token })).items
    const { seen } = await until(parked, (items) => items.length >= DELIVERIES - 1, 60_000)
    assert.deepEqual(
      seen.map(({ reason }) => reason),
      Array.from({ length: DELIVERIES - 1 }, () => 'No active package'),
    )
    assert.equal((await rest.sessions(clientId)).length, 1)
    const { sessions_used: used, sessions_left: left } = await rest.package(id)
    assert.deepEqual([used, left], [1, 0])
    const movements = await rest.movements(id)
    assert.equal(
      movements.reduce((sum, { left_change }) => sum + left_change, 0),
      left,
    )
  })
})
