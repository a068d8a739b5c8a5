import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { callerOf, countOperations } from './calling.ts'
import type { Json } from './calling.ts'
import { APP_URL, aTenant, startTestApi, tokenOf } from './harness.ts'
import type { Tenant, TestApi } from './harness.ts'

describe('REST', () => {
  let api: TestApi
  let tenant: Tenant
  let admin: string
  let colleague: string
  let stranger: string
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi()
    tenant = await aTenant(api, { userUri: 'user:rita', organization: 'acme', subject: 'rita' })
    admin = await tokenOf({ organization: 'acme', subject: 'ada', role: 'admin' })
    colleague = await tokenOf({ organization: 'acme', subject: 'carl' })
    stranger = await tokenOf({ organization: 'globex', subject: 'hank', role: 'admin' })
  })
  after(() => api.close())

  it('refuses who is unknown with a problem, and says how to be known', async () => {
    const { status, body, headers } = await call('/api/me', { token: 'x'.repeat(20) })

    assert.equal(status, 401)
    assert.equal(body['type'], 'urn:rendezvous:problem:unauthenticated')
    assert.equal(headers.get('www-authenticate'), 'Bearer')
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
  })

  it('refuses tokens of another key, another algorithm, and expired ones', async () => {
    const [head = '', claims = ''] = admin.split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`
    const ada = { organization: 'acme', subject: 'ada', role: 'admin' } as const
    const other = await tokenOf(ada, { alg: 'HS512' })
    const expired = await tokenOf(ada, { expires: '1 minute ago' })

    for (const token of [none, `${head}.${claims}.${'A'.repeat(43)}`, other, expired])
      assert.equal((await call('/api/me', { token })).status, 401)
  })

  it('makes the organization and the person of a first token, and never moves a person', async () => {
    const { body } = await call('/api/me', { token: colleague })
    const moved = await tokenOf({ organization: 'globex', subject: 'carl' })

    assert.deepEqual(Object.keys(body).toSorted(), [
      'name',
      'organization_id',
      'role',
      'sees_all',
      'user_id',
    ])
    assert.equal(body['organization_id'], tenant.organizationId)
    assert.equal((await call('/api/me', { token: moved })).status, 401)
  })

  it('names the field that is wrong', async () => {
    const { status, body } = await call('/api/integrations/calendly/connect', {
      token: colleague,
      body: { scope: 'everything' },
    })

    assert.equal(status, 400)
    assert.equal(body['type'], 'urn:rendezvous:problem:invalid-input')
    const [error] = body['errors'] as { field: string; message: string }[]
    assert.equal(error?.field, 'scope')
    assert.ok((error?.message ?? '').length > 0)
  })

  it('refuses a field it does not know and a body too large', async () => {
    const path = '/api/integrations/calendly/connect'

    const unknown = await call(path, { token: colleague, body: { scop: 'user' } })
    const large = await call(path, { token: colleague, body: { loginHint: 'x'.repeat(70_000) } })

    assert.equal(unknown.status, 400)
    assert.equal(large.status, 413)
  })

  it('refuses keys that pollute prototypes', async () => {
    const answer = await fetch(`${api.origin}/api/integrations/calendly/connect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${colleague}`, 'content-type': 'application/json' },
      body: '{"__proto__":{"scope":"user"}}',
    })

    assert.equal(answer.status, 400)
  })

  it('refuses a client where only staff may look', async () => {
    const client = await tokenOf({ organization: 'acme', subject: 'cleo', role: 'client' })

    assert.equal((await call('/api/integrations', { token: client })).status, 403)
    assert.equal((await call('/api/me', { token: client })).status, 200)
  })

  it('lets only an admin connect for the whole organization', async () => {
    const body = { scope: 'organization' }
    const path = '/api/integrations/calendly/connect'

    assert.equal((await call(path, { token: colleague, body })).status, 403)
    assert.equal((await call(path, { token: admin, body })).status, 201)
  })

  it('hides an attempt from everybody but its owner and who sees all', async () => {
    const { body } = await call('/api/integrations/calendly/connect', {
      token: colleague,
      body: {},
    })
    const path = `/api/connect-attempts/${String(body['attemptId'])}`

    assert.equal((await call(path, { token: colleague })).body['progress'], 'created')
    assert.equal((await call(path, { token: admin })).status, 200)
    assert.equal((await call(path, { token: tenant.token })).status, 404)
    assert.equal((await call(path, { token: stranger })).status, 404)
  })

  it('has the effect of a repeated request once, and answers it alike', async () => {
    const key = randomUUID()
    const path = '/api/integrations/calendly/connect'
    const first = await call(path, { token: colleague, body: {}, key })
    const before = await countOperations(api)

    const second = await call(path, { token: colleague, body: {}, key })
    const other = await call(path, { token: colleague, body: { scope: 'user' }, key })
    const somebody = await call(path, { token: admin, body: {}, key })

    assert.deepEqual([second.status, second.body], [201, first.body])
    assert.equal(other.status, 422)
    assert.notDeepEqual(somebody.body, first.body)
    assert.equal(await countOperations(api), before + 1)
  })

  it('tells the limits of the rate, and refuses beyond them with a time to come back', async () => {
    const strict = await startTestApi({ options: { ratePerMinute: 2 } })
    const ask = () => fetch(`${strict.origin}/api/me`)

    const answers = [await ask(), await ask(), await ask()]
    await strict.close()

    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 429],
    )
    assert.equal(answers[0]?.headers.get('x-ratelimit-limit'), '2')
    assert.match(answers[2]?.headers.get('retry-after') ?? '', /^\d+$/)
    const problem = (await answers[2]?.json()) as Json
    assert.equal(problem['type'], 'urn:rendezvous:problem:too-many-requests')
  })

  it('counts strangers by address whatever token they make up, and those it knows by person', async () => {
    const strict = await startTestApi({ options: { ratePerMinute: 2 } })
    const ask = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${strict.origin}/api/me`, { headers })).status
    }
    const invented = ['a', 'b', 'c'].map((letter) => letter.repeat(40))
    const own = await tokenOf({ organization: 'acme', subject: 'ada', role: 'admin' })
    const another = await tokenOf({ organization: 'acme', subject: 'ada', role: 'member' })
    const other = await tokenOf({ organization: 'acme', subject: 'carl' })

    const strangers: number[] = []
    for (const token of invented) strangers.push(await ask(token))
    const known = [await ask(own), await ask(another), await ask(own), await ask(other)]
    await strict.close()

    assert.deepEqual(strangers, [401, 401, 429])
    assert.deepEqual(known, [200, 200, 429, 200])
  })

  it('shares its answers with the front end and with no other origin', async () => {
    for (const origin of [APP_URL, 'http://evil.test']) {
      const { headers } = await fetch(`${api.origin}/api/me`, { headers: { origin } })
      assert.equal(headers.get('access-control-allow-origin'), APP_URL, origin)
    }
  })

  it('describes itself as OpenAPI 3.1 without one free-form object', async () => {
    const { body } = await call('/openapi.json')

    assert.equal(body['openapi'], '3.1.0')
    const paths = Object.keys(body['paths'] as Json)
    assert.ok(paths.includes('/api/integrations/{id}/reconnect'), paths.join())
    assert.doesNotMatch(JSON.stringify(body), /"additionalProperties":(true|\{\})/)
    assert.equal((await fetch(`${api.origin}/docs/`)).status, 200)
  })

  it('sends strict headers with every page and answer', async () => {
    const { headers } = await call('/api/me')

    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin-allow-popups')
  })

  it('answers 503 with a time to come back while PostgreSQL is away', async () => {
    const broken = await startTestApi()
    const ask = (token: string) =>
      fetch(`${broken.origin}/api/me`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal((await ask(colleague)).status, 200)
    await broken.database.close()

    const answer = await ask(admin)
    await broken.app.close()
    await Promise.all([broken.ingressStore.close(), broken.owner.end()])
    await broken.urls.drop()

    assert.equal(answer.status, 503)
    assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
  })
})
