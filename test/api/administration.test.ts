import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { delivery, bytes } from '../support/calendly-payloads.ts'
import { callerOf, idsOf } from './calling.ts'
import type { Json } from './calling.ts'
import { aFilledTenant, applyStored, keep, parkStored } from './filled.ts'
import type { Filled } from './filled.ts'
import { startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

describe('administration over REST', () => {
  let api: TestApi
  let acme: Filled
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi()
    acme = await aFilledTenant(api, 'acme')
  })
  after(() => api.close())

  const rowsOf = async (statement: string, values: unknown[] = []): Promise<Json[]> =>
    (await api.owner.query<Json>(statement, values)).rows
  const records = (): Promise<Json[]> =>
    rowsOf(
      `select to_jsonb(m) as row from meeting m union all select to_jsonb(p) from prospect p
        union all select to_jsonb(o) from outbox o`,
    )
  const audited = async (): Promise<Json | undefined> => {
    const { body } = await call('/api/audit?limit=1', { token: acme.admin })
    return (body['items'] as Json[])[0]
  }
  const makeKey = async (role: string, key?: string): Promise<Json> => {
    const { body } = await call('/api/api-keys', {
      token: acme.admin,
      body: { name: 'a program', role },
      ...(key === undefined ? {} : { key }),
    })
    return body
  }

  it('shows a key once, keeps its digest alone, and lets it in with its role', async () => {
    const made = await makeKey('member')
    const token = String(made['key'])

    const me = await call('/api/me', { token })
    const list = await call('/api/api-keys', { token: acme.admin })
    const [row] = await rowsOf('select to_jsonb(k)::text as row from api_key k where id = $1', [
      made['id'],
    ])

    assert.deepEqual([me.body['role'], me.body['organization_id']], ['member', acme.organizationId])
    assert.ok(!JSON.stringify(list.body).includes(token))
    assert.ok(!String(row?.['row']).includes(token))
    assert.equal((await call('/api/api-keys', { token })).status, 403)
    assert.equal((await audited())?.['action'], 'api-key.create')
  })

  it('makes one key for a repeated request, and does not keep it for the repetition', async () => {
    const key = randomUUID()

    const first = await makeKey('member', key)
    const second = await makeKey('member', key)

    assert.match(String(first['key']), /^rv_[\w-]{43}$/)
    assert.deepEqual(second, { ...first, key: null })
    const [kept] = await rowsOf('select response::text as told from idempotency where key = $1', [
      key,
    ])
    assert.ok(!String(kept?.['told']).includes(String(first['key'])))
  })

  it('refuses a revoked key with the very next request, also in another process', async () => {
    const made = await makeKey('admin')
    const token = String(made['key'])
    assert.equal((await call('/api/me', { token })).status, 200)
    await api.owner.query('update api_key set revoked_at = now() where id = $1', [made['id']])
    const elsewhere = (await call('/api/me', { token })).status
    const other = await makeKey('admin')
    assert.equal((await call('/api/me', { token: String(other['key']) })).status, 200)

    const path = `/api/api-keys/${String(other['id'])}`
    const ended = await call(path, { token: acme.admin, method: 'DELETE' })

    assert.deepEqual([elsewhere, ended.status], [401, 204])
    assert.equal((await call('/api/me', { token: String(other['key']) })).status, 401)
    assert.equal((await call(path, { token: acme.admin, method: 'DELETE' })).status, 404)
    assert.equal((await audited())?.['subject'], `api-key/${String(other['id'])}`)
  })

  it('lets a key do what its owner may do now, and never more than it was made for', async () => {
    const becomes = async (role: 'admin' | 'member' | 'client', expires = '1h') => {
      const token = await tokenOf({ organization: 'acme', subject: 'vera', role }, { expires })
      assert.equal((await call('/api/me', { token })).body['role'], role)
      return token
    }
    const vera = await becomes('admin')
    const wish = (role: string) => ({ token: vera, body: { name: `for ${role}`, role } })
    const made = [
      await call('/api/api-keys', wish('admin')),
      await call('/api/api-keys', wish('member')),
    ].map(({ body }) => ({ id: String(body['id']), token: String(body['key']) }))
    const seen = async (): Promise<unknown[]> => {
      const list = await call('/api/api-keys?limit=100', { token: acme.admin })
      const listed = list.body['items'] as Json[]
      return Promise.all(
        made.map(async ({ id, token }) => [
          (await call('/api/me', { token })).body['role'],
          (await call('/api/audit', { token })).status,
          (await call('/api/integrations', { token })).status,
          listed.find((key) => key['id'] === id)?.['effective_role'],
        ]),
      )
    }
    const asAdmin = await seen()

    await becomes('member')
    const asMember = await seen()
    await becomes('client')
    const asClient = await seen()
    // Another token than the first: for a moment that one is only remembered.
    await becomes('admin', '2h')

    const member = ['member', 403, 200, 'member']
    const client = ['client', 403, 403, 'client']
    assert.deepEqual(asAdmin, [['admin', 200, 200, 'admin'], member])
    assert.deepEqual(asMember, [member, member])
    assert.deepEqual(asClient, [client, client])
    assert.deepEqual(await seen(), asAdmin)
  })

  it('pages through the audit without loss or repetition', async () => {
    const whole = idsOf(await call('/api/audit?limit=100', { token: acme.admin }))
    const seen: unknown[] = []

    for (let path: string | null = '/api/audit?limit=2'; path !== null; ) {
      const page = await call(path, { token: acme.admin })
      seen.push(...idsOf(page))
      const next = page.body['next_cursor']
      path = typeof next === 'string' ? `/api/audit?limit=2&cursor=${next}` : null
    }

    assert.ok(whole.length > 2)
    assert.deepEqual(seen, whole)
  })

  it('lets members see what an organization shares, and notes who decided so', async () => {
    const path = '/api/organization'
    const seesAll = async (subject: string): Promise<unknown> => {
      const token = await tokenOf({ organization: 'acme', subject })
      return (await call('/api/me', { token })).body['sees_all']
    }
    const before = await seesAll('nora')

    const wish = { token: acme.admin, method: 'PATCH', body: { visibility: 'shared' } }
    const { status, body } = await call(path, wish)

    assert.deepEqual([status, body['visibility']], [200, 'shared'])
    assert.deepEqual([before, await seesAll('omar')], [false, true])
    const entry = await audited()
    assert.deepEqual(entry?.['detail'], [
      { name: 'to', value: 'shared' },
      { name: 'from', value: 'own' },
    ])
    assert.equal(entry?.['actor_user_id'], acme.adminUserId)
    await call(path, { ...wish, body: { visibility: 'own' } })
  })

  it('gives a prospect to a colleague for good, tells the sockets, and refuses strangers', async () => {
    const path = `/api/prospects/${acme.prospectId}`
    const give = (owner: string) =>
      call(path, { token: acme.admin, method: 'PATCH', body: { owner_user_id: owner } })

    const given = await give(acme.adminUserId)
    const stranger = await give(randomUUID())

    assert.deepEqual([given.status, given.body['owner_user_id']], [200, acme.adminUserId])
    assert.equal(stranger.status, 400)
    const rows = await rowsOf(
      `select p.owner_fixed, o.event, o.audience @> array[$2::uuid, $3::uuid] as told
        from prospect p join outbox o on o.payload ->> 'id' = p.id::text
        where p.id = $1 order by o.seq desc limit 1`,
      [acme.prospectId, acme.adminUserId, acme.userId],
    )
    assert.deepEqual(rows, [{ owner_fixed: true, event: 'prospect:updated', told: true }])
    assert.equal((await audited())?.['action'], 'prospect.assign')
  })

  it('replays what was processed as an effect that changes nothing', async () => {
    const path = `/api/events/${acme.eventId}/replay`
    const before = await records()

    const answer = await call(path, { token: acme.token, body: {} })
    const inFlight = await call(path, { token: acme.token, body: {} })
    const end = await applyStored(api, acme, acme.eventId)

    assert.deepEqual([answer.status, answer.body['status']], [202, 'received'])
    assert.equal(inFlight.status, 409)
    assert.equal(end, 'processed')
    assert.deepEqual(await records(), before)
    assert.ok(api.gateway.events.includes(acme.eventId))
    assert.equal((await audited())?.['action'], 'event.replay')
  })

  it('handles a quarantined event again', async () => {
    const path = `/api/events/${acme.unreadableId}/replay`

    const answer = await call(path, { token: acme.token, body: {} })

    const read = await call(`/api/events/${acme.unreadableId}`, { token: acme.token })
    assert.deepEqual([answer.status, read.body['status']], [202, 'received'])
    assert.equal(await applyStored(api, acme, acme.unreadableId), 'quarantined')
  })

  it('does not replay what is parked', async () => {
    const told = delivery('invitee.created', { payload: { email: 'parked@prospect.test' } })
    const eventId = await keep(api, acme, bytes(told))
    await parkStored(api, acme, eventId)

    const { status } = await call(`/api/events/${eventId}/replay`, { token: acme.token, body: {} })

    assert.equal(status, 409)
  })

  it('tells by a dry run what a replay would change, and changes nothing', async () => {
    const path = `/api/events/${acme.eventId}/replay?dry_run=true`
    const dry = async (): Promise<unknown> =>
      (await call(path, { token: acme.token, body: {} })).body['changes']
    const same = await dry()
    await api.owner.query(`update meeting set name = 'renamed' where id = $1`, [acme.meetingId])
    const whole = () =>
      rowsOf(
        `select to_jsonb(m) as meeting, (select to_jsonb(e) from inbound_event e
        where e.id = $2) as event, (select count(*)::int from outbox) as told
        from meeting m where m.id = $1`,
        [acme.meetingId, acme.eventId],
      )
    const before = await whole()

    const changed = await dry()

    assert.deepEqual(same, [])
    assert.deepEqual(changed, [{ event: 'meeting:updated', id: acme.meetingId, fields: ['name'] }])
    assert.deepEqual(await whole(), before)
  })
})
