import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import { callerOf } from './calling.ts'
import type { Told } from './calling.ts'
import { CASES, setStage } from './contract-cases.ts'
import type { Ask, Stage } from './contract-cases.ts'
import { FOR_CLIENTS } from './session-cases.ts'
import { startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'
import { answerSchema, loosenessOf, operationsOf } from './openapi.ts'
import type { OpenApi, Operation } from './openapi.ts'

/** Registered and not in the document, each for a reason; everything else is in it. */
const UNDOCUMENTED: Readonly<Record<string, string>> = {
  'GET /health': 'for probes',
  'GET /ready': 'for probes',
  'GET /oauth/{provider}/start': 'a page for a browser, reached by authorizeUrl alone',
  'POST /oauth/{provider}/start': 'the button of that page',
  'GET /oauth/{provider}/callback': 'a page for a browser, reached by the provider alone',
  'GET /oauth/{provider}/attempts/{organizationId}/{id}': 'a page for a browser',
  'POST /webhooks/calendly/{endpoint}': 'its contract is the provider’s',
  'POST /calendly/webhook': 'its contract is the provider’s',
  'POST /api/calendly/webhook': 'its contract is the provider’s',
  'POST /webhooks/calcom/{endpoint}': 'its contract is the provider’s',
  'POST /api/webhooks/calcom': 'its contract is the provider’s',
  'GET /openapi.json': 'the document itself',
  'GET /docs': 'the document as a page',
  'GET /docs/static/index.html': 'the document as a page',
  'GET /docs/static/swagger-initializer.js': 'the document as a page',
  'GET /docs/static/*': 'the document as a page',
  'GET /docs/json': 'the document as a page',
  'GET /docs/yaml': 'the document as a page',
}

/** No object may be of a free form but these; `answers` is a list of closed objects, so none is. */
const FREE_FORM: readonly string[] = []

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)

/** Where Fastify tells of each instance as it is made, before it has any route. */
const MADE = 'fastify.initialization'
const registered: string[] = []

describe('the contract', () => {
  let api: TestApi
  let stage: Stage
  let document: OpenApi
  let client: string
  const call = callerOf(() => api)

  before(async () => {
    subscribe(MADE, watch)
    api = await startTestApi({ options: { patienceMs: 0 } })
    unsubscribe(MADE, watch)
    document = (await (await fetch(`${api.origin}/openapi.json`)).json()) as OpenApi
    stage = await setStage(api)
    client = await tokenOf({ organization: 'acme', subject: 'cleo', role: 'client' })
  })
  after(() => api.close())

  const operation = (route: string): Operation => {
    const found = operationsOf(document).get(route)
    assert.ok(found, `${route} is not documented`)
    return found
  }
  const ask = (route: string, { id, body, token, query = '' }: Ask): Promise<Told> => {
    const [method = '', path = ''] = route.split(' ')
    return call(path.replace('{id}', id ?? '') + query, {
      method,
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
    })
  }

  it('is an OpenAPI 3.1 document without a schema that leaves something open', () => {
    const loose = [...operationsOf(document)].flatMap(([route, told]) => loosenessOf(route, told))

    assert.equal(document.openapi, '3.1.0')
    assert.deepEqual(loose, FREE_FORM)
  })

  it('would find a schema that leaves something open', () => {
    const inside = { type: 'object', properties: { items: { type: 'array', items: {} } } }

    assert.deepEqual(loosenessOf('r', answering({})), ['r 200: no type'])
    assert.deepEqual(loosenessOf('r', answering({ type: 'object' })), ['r 200: free-form object'])
    assert.deepEqual(loosenessOf('r', answering(inside)), ['r 200.items[]: no type'])
    assert.deepEqual(loosenessOf('r', { responses: { 200: {} } }), ['r 200: no content'])
  })

  it('documents every registered route, and tests every documented one', () => {
    const known = registered.filter((route) => !/^(HEAD|OPTIONS) /.test(route))
    const documented = [...operationsOf(document).keys()]

    assert.ok(known.length > documented.length)
    assert.deepEqual(
      known.filter((route) => !(route in UNDOCUMENTED)).toSorted(),
      documented.toSorted(),
    )
    assert.deepEqual(Object.keys(CASES).toSorted(), documented.toSorted())
  })

  it('documents a good answer and a refusal for every route', () => {
    for (const [route, { responses }] of operationsOf(document)) {
      assert.ok(
        Object.keys(responses).some((status) => status.startsWith('2')),
        route,
      )
      assert.deepEqual(Object.keys(responses['4XX']?.content ?? {}), ['application/problem+json'])
    }
  })

  /** A refusal says what it is, in the form that is promised. */
  function assertProblem(told: Told, route: string): void {
    assert.match(told.headers.get('content-type') ?? '', /^application\/problem\+json/)
    assert.match(String(told.body['type']), /^urn:rendezvous:problem:[a-z-]+$/)
    assert.equal(told.body['status'], told.status)
    assertConforms(told, route)
  }

  function assertConforms(told: Told, route: string): void {
    const schema = answerSchema(operation(route), told.status)
    if (schema === undefined) {
      assert.deepEqual([told.status, told.body], [204, {}])
      return
    }
    assert.ok(ajv.validate(schema, told.body), `${route}: ${ajv.errorsText()}`)
  }

  for (const [route, prepare] of Object.entries(CASES)) {
    it(`keeps ${route} as documented: answers it, and refuses who or what is wrong`, async () => {
      const { token = stage.acme.admin, ...unsigned } = await prepare(stage)
      const well = { ...unsigned, token }
      const { parameters = [], requestBody } = operation(route)
      const takes = (name: string): boolean => parameters.some((one) => one.name === name)

      const nobody = await ask(route, unsigned)
      assert.equal(nobody.status, 401)
      assertProblem(nobody, route)

      if (FOR_CLIENTS.includes(route)) {
        const other = await ask(route, { ...unsigned, token: client })
        const isEmpty = Array.isArray(other.body['items']) && other.body['items'].length === 0
        assert.ok(other.status === 404 || isEmpty, 'a client sees what is not its own')
      } else if (route !== 'GET /api/me') {
        const outsider = await ask(route, { ...unsigned, token: client })
        assert.equal(outsider.status, 403)
        assertProblem(outsider, route)
      }
      if (takes('id')) {
        const unheardOf = await ask(route, { ...well, id: 'no-id' })
        assert.equal(unheardOf.status, 400)
        assertProblem(unheardOf, route)
        const stranger = await ask(route, { ...unsigned, token: stage.globex.admin })
        assert.equal(stranger.status, 404)
        assertProblem(stranger, route)
      }
      if (requestBody !== undefined) {
        const wrong = await ask(route, { ...well, body: { nonsense: true } })
        assert.equal(wrong.status, 400)
        assertProblem(wrong, route)
      }
      if (takes('limit')) {
        const none = await ask(`${route}?limit=0`, well)
        assert.equal(none.status, 400)
        assertProblem(none, route)
      }

      const answered = await ask(route, well)
      assert.ok(answered.status >= 200 && answered.status < 300, `${answered.status}`)
      assertConforms(answered, route)
    })
  }

  for (const list of [
    'integrations',
    'prospects',
    'meetings',
    'events',
    'parked',
    'debts',
    'gaps',
    'clients',
    'packages',
    'sessions',
    'series',
    'api-keys',
    'audit',
  ])
    it(`lists in /api/${list} nothing of another organization`, async () => {
      const path = `/api/${list}`
      const idsFor = async (token: string): Promise<unknown[]> => {
        const { body } = await call(path, { token })
        return (body['items'] as { id: unknown }[]).map(({ id }) => id)
      }

      const own = await idsFor(stage.acme.admin)
      const others = new Set(await idsFor(stage.globex.admin))

      assert.ok(own.length > 0)
      assert.ok(own.every((id) => !others.has(id)))
    })
})

/** A route's pattern as the document writes it. */
const asDocumented = (url: string): string =>
  url.replaceAll(/:(\w+)(\([^)]*\))?/g, (_, name: string) => `{${name}}`)

function watch(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) registered.push(`${one} ${asDocumented(url)}`)
  })
}

const answering = (schema: object): Operation => ({
  responses: { 200: { content: { 'application/json': { schema: { ...schema } } } } },
})
