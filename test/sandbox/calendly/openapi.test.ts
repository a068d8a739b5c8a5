import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { Answer, Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

/**
 * `calendly-2023-01.json` holds parts of the official export of 2023-01, kept as data. Where it is
 * older than what is known of 2026, the newer fact wins:
 * - its references to `models/*.yaml` dangle: they take anything here, and are checked elsewhere;
 * - `WebhookSubscription.events` knew three names: any name is taken;
 * - `canceler_type` and the rest hold; `cancellation.created_at`, `group`, `locale`,
 *   `invitee_scheduled_by`, `scheduling_method`, `user_email`, `meeting_notes_*` came later: more
 *   fields than it names are taken;
 * - the plan message of `POST /webhook_subscriptions` 403 changed twice: it is not compared.
 */
const DATA = new URL('../openapi/calendly-2023-01.json', import.meta.url)

describe('calendly sandbox: answers against the official export of 2023-01', () => {
  let visitor: Visitor
  let tokens: Tokens
  let check: (name: string, answer: Answer) => void

  before(async () => {
    check = checker(JSON.parse(await readFile(DATA, 'utf8')) as Data)
    visitor = await visit()
    tokens = await visitor.connect()
  })

  after(() => visitor.sandbox.close())

  const get = (path: string, query: Record<string, string> = {}) =>
    visitor.get(`${path}?${new URLSearchParams(query).toString()}`, tokens.access_token)

  it('describes users and memberships', async () => {
    const { organization } = tokens

    check('GET /users/me 200', await get('/users/me'))
    check(
      'GET /organization_memberships 200',
      await get('/organization_memberships', { organization }),
    )
  })

  it('describes hooks, made and listed', async () => {
    const made = await visitor.subscribe(tokens, { url: 'https://hooks.test/1' })
    const { organization, owner: user } = tokens

    check('POST /webhook_subscriptions 201', made)
    const query = { organization, user, scope: 'user' }
    check('GET /webhook_subscriptions 200', await get('/webhook_subscriptions', query))
    const path = new URL(made.body.resource.uri).pathname.replace('/calendly', '')
    check('GET /webhook_subscriptions/{webhook_uuid} 200', await get(path))
    const again = await visitor.subscribe(tokens, { url: 'https://hooks.test/1' })
    check('POST /webhook_subscriptions 409', again)
    const foreign = await get('/webhook_subscriptions', { ...query, organization: 'x/y' })
    check('GET /webhook_subscriptions 403', foreign)
  })

  it('describes events, invitees, cancellations and no-shows', async () => {
    const { invitee, scheduled_event } = (await visitor.book({ guests: ['g@x.test'] })).body
    const event = new URL(scheduled_event.uri).pathname.replace('/calendly', '')
    const person = new URL(invitee.uri).pathname.replace('/calendly', '')
    const token = tokens.access_token
    const post = (path: string, json: unknown) =>
      visitor.send('POST', `/calendly${path}`, { token, json })

    check('GET /scheduled_events 200', await get('/scheduled_events', { user: tokens.owner }))
    check('GET /scheduled_events/{uuid} 200', await get(event))
    check('GET /scheduled_events/{uuid}/invitees 200', await get(`${event}/invitees`))
    const single = 'GET /scheduled_events/{event_uuid}/invitees/{invitee_uuid} 200'
    check(single, await get(person))
    const mark = await post('/invitee_no_shows', { invitee: invitee.uri })
    check('POST /invitee_no_shows 201', mark)
    const markPath = new URL(mark.body.resource.uri).pathname.replace('/calendly', '')
    check('GET /invitee_no_shows/{uuid} 200', await get(markPath))
    check('POST /scheduled_events/{uuid}/cancellation 201', await post(`${event}/cancellation`, {}))
    check('POST /scheduled_events/{uuid}/cancellation 403', await post(`${event}/cancellation`, {}))
    check(single, await get(person))
  })

  it('words the common errors alike', async () => {
    check('INVALID_ARGUMENT', await get('/scheduled_events'))
    check('UNAUTHENTICATED', await visitor.get('/users/me', 'nonsense'))
    check('NOT_FOUND', await get('/webhook_subscriptions/unknown'))
    await visitor.fault({ kind: '500', times: 1 })
    check('UNKNOWN', await get('/users/me'))
  })

  it('finds a planted fault in an answer', async () => {
    const me = await get('/users/me')
    delete me.body.resource.email

    assert.throws(() => check('GET /users/me 200', me), /email/)
  })
})

interface Data {
  schemas: Record<string, any>
  responses: Record<string, unknown>
  errors: Record<string, unknown>
}

function checker(data: Data) {
  data.schemas['WebhookSubscription'].properties.events.items = { type: 'string' }
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(withoutDangling(data) as object, 'calendly')
  return (name: string, { status, body }: Answer) => {
    const folder = name in data.responses ? 'responses' : 'errors'
    if (folder === 'responses') assert.equal(status, Number(name.slice(-3)), JSON.stringify(body))
    const pointer = encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
    const validate = ajv.compile({ $ref: `calendly#/${folder}/${pointer}` })
    assert.ok(validate(body), `${name}: ${ajv.errorsText(validate.errors)}`)
  }
}

/** References that lead nowhere take anything; the others are made absolute. */
function withoutDangling(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutDangling)
  if (typeof node !== 'object' || node === null) return node
  const { $ref } = node as { $ref?: string }
  if ($ref?.startsWith('models/') === true) return {}
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withoutDangling(value)]),
  )
}
