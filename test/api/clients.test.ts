import assert from 'node:assert/strict'
import { clientFact } from '../../db/clients.ts'
import { packageFact } from '../../db/packages.ts'
import { park } from '../../db/parked.ts'
import { callerOf } from './calling.ts'
import { keep } from './filled.ts'
import { aTenant } from './harness.ts'
import type { TestApi } from './harness.ts'
import { freshBody } from './ingress/door.ts'
import type { Somebody } from './session-stage.ts'
import {
  aPaidClient,
  aSeriesWish,
  itemsOf,
  make,
  somebody,
  startSessionApi,
} from './session-stage.ts'

const LISTS = ['/api/clients', '/api/packages', '/api/sessions', '/api/series'] as const

describe('clients and their packages', () => {
  let api: TestApi
  const call = callerOf(() => api)
  before(async () => void (api = await startSessionApi()))
  after(() => api.close())

  const countsFor = async ({ token }: Somebody): Promise<number[]> =>
    Promise.all(LISTS.map(async (path) => itemsOf(await call(path, { token })).length))

  it('keeps an e-mail once in an organization, regardless of its case', async () => {
    const [{ token }, other] = [await somebody(api, 'admin'), await somebody(api, 'admin')]
    const body = { name: 'Pat', email: ' Pat@Prospect.test'.trim() }

    const first = await call('/api/clients', { token, body })
    const second = await call('/api/clients', {
      token,
      body: { ...body, email: 'pat@PROSPECT.test' },
    })
    const elsewhere = await call('/api/clients', { token: other.token, body })

    assert.deepEqual([first.status, second.status, elsewhere.status], [201, 409, 201])
    assert.equal(first.body['email'], 'Pat@Prospect.test')
  })

  it('shows members what they host or made, and everything where the organization shares', async () => {
    const admin = await somebody(api, 'admin')
    const [rita, other] = [
      await somebody(api, 'member', admin.organization),
      await somebody(api, 'member', admin.organization),
    ]
    const paid = await aPaidClient(api, { host: rita })
    await make(api, '/api/sessions/recurring', {
      token: rita.token,
      body: aSeriesWish(paid, rita),
    })

    const own = [await countsFor(rita), await countsFor(other), await countsFor(admin)]
    const hidden = await call(`/api/packages/${paid.packageId}/ledger`, { token: other.token })
    await call('/api/organization', {
      token: admin.token,
      method: 'PATCH',
      body: { visibility: 'shared' },
    })
    const third = await somebody(api, 'member', admin.organization)

    assert.deepEqual(own, [
      [1, 1, 4, 1],
      [0, 0, 0, 0],
      [1, 1, 4, 1],
    ])
    assert.equal(hidden.status, 404)
    assert.deepEqual(await countsFor(third), [1, 1, 4, 1])
  })

  it('lets a client see and make only what is their own, with the host they paid for', async () => {
    const admin = await somebody(api, 'admin')
    const pat = await somebody(api, 'client', admin.organization)
    const paid = await aPaidClient(api, { host: admin, userId: pat.userId })
    const others = await aPaidClient(api, { host: admin })
    const path = '/api/sessions/recurring'
    const { token } = pat

    const mine = await call(path, { token, body: aSeriesWish(paid, admin) })
    const foreign = await call(path, { token, body: aSeriesWish(others, admin) })
    const host = await call(path, { token, body: aSeriesWish(paid, pat) })
    const [session] = itemsOf(await call('/api/sessions', { token }))
    const off = await call(`/api/sessions/${String(session?.['id'])}/cancel`, { token, body: {} })
    const granting = await call(`/api/packages/${paid.packageId}/adjust`, {
      token,
      body: { change: 5, reason: 'why not' },
    })

    assert.deepEqual([mine.status, foreign.status, host.status, off.status], [201, 404, 400, 200])
    assert.equal(granting.status, 403)
    assert.deepEqual(await countsFor(pat), [1, 1, 4, 1])
    assert.deepEqual(await countsFor(admin), [2, 2, 4, 1])
  })

  it('lets a client book sessions no longer than those it paid for', async () => {
    const admin = await somebody(api, 'admin')
    const pat = await somebody(api, 'client', admin.organization)
    const paid = await aPaidClient(api, { host: admin, userId: pat.userId })
    const ask = async (token: string, durationMinutes: number): Promise<number> => {
      const body = aSeriesWish(paid, admin, { durationMinutes })
      return (await call('/api/sessions/recurring/preview', { token, body })).status
    }

    assert.deepEqual([await ask(pat.token, 50), await ask(pat.token, 51)], [200, 400])
    assert.equal(await ask(admin.token, 51), 200)
  })

  it('lets a member give nobody but themselves as host', async () => {
    const rita = await somebody(api, 'member')
    const other = await somebody(api, 'member', rita.organization)
    const paid = await aPaidClient(api, { host: rita })
    const { token } = rita

    const answer = await call('/api/sessions/recurring/preview', {
      token,
      body: aSeriesWish(paid, other),
    })

    assert.equal(answer.status, 403)
  })

  it('links a client to who signs in as it, and nobody to two', async () => {
    const admin = await somebody(api, 'admin')
    const pat = await somebody(api, 'client', admin.organization)
    const [one, two] = [
      await aPaidClient(api, { host: admin }),
      await aPaidClient(api, { host: admin }),
    ]
    const link = (clientId: string, userId: string) =>
      call(`/api/clients/${clientId}`, { token: admin.token, method: 'PATCH', body: { userId } })

    const third = await somebody(api, 'client', admin.organization)
    const atOnce = await Promise.all([one, two].map(({ clientId }) => link(clientId, third.userId)))
    const ends = [
      await link(one.clientId, pat.userId),
      await link(one.clientId, pat.userId),
      await link(two.clientId, pat.userId),
      await link(two.clientId, admin.userId),
    ]

    assert.deepEqual(new Set(atOnce.map(({ status }) => status)), new Set([200, 409]))
    assert.deepEqual(
      ends.map(({ status }) => status),
      [200, 200, 409, 400],
    )
    assert.deepEqual(await countsFor(pat), [1, 1, 0, 0])
  })

  it('notes who adjusted a package and why, in its ledger and in the audit', async () => {
    const admin = await somebody(api, 'admin')
    const { token } = admin
    const { packageId } = await aPaidClient(api, { host: admin })
    const path = `/api/packages/${packageId}`

    const given = await call(`${path}/adjust`, { token, body: { change: -4, reason: 'an error' } })
    const tooMany = await call(`${path}/adjust`, { token, body: { change: -7, reason: 'more' } })
    const ledger = itemsOf(await call(`${path}/ledger`, { token }))
    const audit = itemsOf(await call('/api/audit', { token }))

    const { sessions_total: total, sessions_used: used, sessions_left: left } = given.body
    assert.deepEqual([total, used, left, given.body['active']], [6, 0, 6, true])
    assert.equal(tooMany.status, 409)
    assert.match(String(tooMany.body['detail']), /7 credits .* 6 left/)
    const adjusted = ledger.find(({ kind }) => kind === 'adjust')
    assert.deepEqual(
      [adjusted?.['left_change'], adjusted?.['reason'], adjusted?.['actor_user_id']],
      [-4, 'an error', admin.userId],
    )
    assert.ok(audit.some(({ action }) => action === 'package.adjust'))
  })

  it('wakes what waits for a client, for a package, and for credits', async () => {
    const { token, userId, organization } = await somebody(api, 'admin')
    const tenant = await aTenant(api, { userUri: 'user:waking', organization, subject: 'waking' })
    const email = 'late@prospect.test'
    const parked = async (waitsFor: string): Promise<() => Promise<unknown>> => {
      const eventId = await keep(api, tenant, freshBody())
      await api.database.withTenant(tenant.organizationId, (tx) =>
        park(tx, { eventId, reason: 'missing', waitsFor }),
      )
      return async () => (await call(`/api/events/${eventId}`, { token })).body['status']
    }

    const forClient = await parked(clientFact(email))
    const waiting = await forClient()
    const client = await make(api, '/api/clients', { token, body: { email: 'LATE@prospect.test' } })
    const clientId = String(client['id'])
    const forPackage = await parked(packageFact(clientId))
    const one = await make(api, '/api/packages', {
      token,
      body: {
        clientId,
        hostUserId: userId,
        sessionsTotal: 1,
        sessionMinutes: 60,
        cutOffHours: 0,
        expiresAt: '2190-01-01T00:00:00Z',
      },
    })
    const forCredits = await parked(packageFact(clientId))
    await make(api, `/api/packages/${String(one['id'])}/adjust`, {
      token,
      body: { change: 1, reason: 'bought' },
    })

    assert.equal(waiting, 'parked')
    assert.deepEqual(
      [await forClient(), await forPackage(), await forCredits()],
      ['received', 'received', 'received'],
    )
  })
})
