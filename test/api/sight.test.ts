import assert from 'node:assert/strict'
import { newId } from '../../db/ids.ts'
import { everythingIn } from '../support/database-scan.ts'
import { callerOf } from './calling.ts'
import type { Told } from './calling.ts'
import { CASES, setStage } from './contract-cases.ts'
import type { Ask, Stage } from './contract-cases.ts'
import { LEVEL, REACH, ROLES } from './role-table.ts'
import { startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

describe('who sees what', () => {
  let api: TestApi
  let stage: Stage
  let carl: string
  const tokens = { client: '', member: '', admin: '' }
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi({ options: { patienceMs: 0, ratePerMinute: 10_000 } })
    stage = await setStage(api)
    for (const role of ['client', 'member', 'admin'] as const)
      tokens[role] = await tokenOf({ organization: 'initech', subject: `${role} of initech`, role })
    carl = await tokenOf({ organization: 'acme', subject: 'carl' })
    for (const token of [...Object.values(tokens), carl]) await call('/api/me', { token })
  })
  after(() => api.close())

  const ask = (route: string, { id, body, query = '' }: Ask, token: string): Promise<Told> => {
    const [method = '', path = ''] = route.split(' ')
    return call(path.replace('{id}', id ?? '') + query, {
      method,
      token,
      ...(body === undefined ? {} : { body }),
    })
  }
  const prepared = async (route: string): Promise<Ask> => (await CASES[route]?.(stage)) ?? {}

  /** All rows of the first organization but those that note who was here. */
  async function rows(): Promise<string[]> {
    const stored = await everythingIn(api.owner)
    return stored
      .filter(({ organizationId }) => organizationId === stage.acme.organizationId)
      .map(({ column, text }) => `${column} ${text}`)
      .toSorted()
  }

  it('says of every route who may call it', () => {
    assert.deepEqual(Object.keys(ROLES).toSorted(), Object.keys(CASES).toSorted())
  })

  for (const [route, needed] of Object.entries(ROLES))
    it(`lets ${needed} call ${route}, and refuses whoever is less`, async () => {
      const { body } = await prepared(route)
      const someId = { id: newId(), ...(body !== undefined && { body }) }

      for (const role of ['client', 'member', 'admin'] as const) {
        const { status } = await ask(route, someId, tokens[role])

        assert.equal(status === 403, REACH[role] < LEVEL[needed], `${role}: ${status}`)
        assert.notEqual(status, 401)
      }
    })

  for (const route of Object.keys(ROLES).filter((one) => one.includes('{id}')))
    it(`tells a colleague without sight by ${route} nothing, not even that it exists`, async () => {
      const real = await prepared(route)
      const before = await rows()

      const seen = await ask(route, real, carl)
      const invented = await ask(route, { ...real, id: newId() }, carl)

      assert.ok([403, 404].includes(seen.status), `${seen.status}`)
      assert.deepEqual([seen.status, seen.body], [invented.status, invented.body])
      assert.deepEqual(await rows(), before)
    })

  for (const list of [
    'integrations',
    'debts',
    'gaps',
    'prospects',
    'meetings',
    'events',
    'parked',
    'clients',
    'packages',
    'sessions',
    'series',
  ])
    it(`lists, counts and finds for a colleague without sight nothing in /api/${list}`, async () => {
      const { acme, globex } = stage
      const all = await call(`/api/${list}?limit=1`, { token: acme.admin })
      const cursor = all.body['next_cursor']
      const asked = [
        `/api/${list}`,
        `/api/${list}?limit=1`,
        ...(typeof cursor === 'string' ? [`/api/${list}?cursor=${cursor}`] : []),
        ...(list === 'prospects' || list === 'clients' ? [`/api/${list}?q=a`] : []),
        ...(list === 'meetings' ? [`/api/meetings?prospect_id=${acme.prospectId}`] : []),
        ...(list === 'events' ? [`/api/events?integration_id=${acme.integrationId}`] : []),
      ]

      assert.ok((all.body['items'] as unknown[]).length > 0)
      for (const path of asked) {
        const { body } = await call(path, { token: carl })
        assert.deepEqual([body['items'], body['next_cursor']], [[], null], path)
      }
      if (typeof cursor === 'string') {
        const { body } = await call(`/api/${list}?cursor=${cursor}`, { token: globex.admin })
        assert.ok(!JSON.stringify(body).includes(acme.organizationId))
        const own = await call(`/api/${list}?limit=100`, { token: globex.admin })
        const ids = new Set((own.body['items'] as { id: string }[]).map(({ id }) => id))
        assert.ok((body['items'] as { id: string }[]).every(({ id }) => ids.has(id)))
      }
    })

  for (const route of [
    'POST /api/packages',
    'POST /api/sessions/recurring/preview',
    'POST /api/sessions/recurring',
    'POST /api/hooks/sweep',
    'POST /api/hooks/remove',
    'GET /api/hooks',
  ])
    it(`finds by ${route} no row of another organization named in the request`, async () => {
      const real = await prepared(route)
      const before = await rows()

      const answers = await Promise.all(
        [stage.globex.admin, tokens.admin].map((token) => ask(route, real, token)),
      )

      assert.deepEqual(
        answers.map(({ status }) => status),
        [404, 404],
      )
      assert.deepEqual(await rows(), before)
    })

  it('gives a prospect to nobody of another organization', async () => {
    const { acme, globex } = stage

    const { status } = await call(`/api/prospects/${acme.prospectId}`, {
      method: 'PATCH',
      token: acme.admin,
      body: { owner_user_id: globex.adminUserId },
    })

    assert.ok(status === 404 || status === 400, `${status}`)
  })

  it('keeps the repeated answers of a person from a colleague with the same key', async () => {
    const path = '/api/integrations/calendly/connect'
    const one = await call(path, { token: stage.acme.admin, body: {}, key: 'shared' })

    const other = await call(path, { token: carl, body: {}, key: 'shared' })
    const stranger = await call(path, { token: stage.globex.admin, body: {}, key: 'shared' })

    assert.equal(new Set([one, other, stranger].map(({ body }) => body['attemptId'])).size, 3)
    assert.equal(other.headers.get('idempotent-replayed'), null)
  })
})
