import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { Received, Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Answer, Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

const SCOPES = 'users:read webhooks:write event_types:read'
const EVENT_TYPES = ['event_type.created', 'event_type.updated', 'event_type.deleted']

describe('calendly sandbox: event types', () => {
  let visitor: Visitor
  let receiver: Receiver
  let rita: Tokens

  beforeEach(async () => {
    visitor = await visit()
    receiver = await startReceiver()
    rita = await visitor.connect('rita@acme.test', SCOPES)
  })

  afterEach(async () => {
    await visitor.sandbox.close()
    await receiver.close()
  })

  const order = (path: string, json: unknown) => visitor.control(`/calendly/${path}`, json)
  const act = (method: string, path: string, json?: unknown) =>
    visitor.send(method, `/control/calendly/${path}`, json === undefined ? {} : { json })

  it('tells of an event type made, changed and deleted, whole and signed', async () => {
    await visitor.subscribe(rita, { url: receiver.url, events: EVENT_TYPES })
    const made = await order('event-types', { user: 'rita@acme.test', name: 'Product demo' })
    await receiver.until(1)
    const path = `event-types/${idIn(made)}`
    const changed = await act('PATCH', path, { name: 'Demo', duration: 45, active: false })
    await receiver.until(2)
    const gone = await act('DELETE', path)
    const received = await receiver.until(3)

    const told = received.map(({ envelope }) => envelope)
    assert.deepEqual(
      told.map(({ event }) => event),
      EVENT_TYPES,
    )
    assert.deepEqual(
      told.map(({ payload }) => payload),
      [made.body, changed.body, gone.body],
    )
    const [first, second, last] = told.map(({ payload }) => payload)
    assert.deepEqual([first.name, first.slug, first.duration], ['Product demo', 'product-demo', 30])
    assert.deepEqual(first.profile, { type: 'User', name: 'Rita Host', owner: rita.owner })
    assert.deepEqual([second.name, second.duration, second.deleted_at], ['Demo', 45, null])
    assert.equal(last.deleted_at, last.updated_at)
    assert.ok(received.every(isSigned))
    assert.ok(told.every(({ created_by }) => created_by === rita.owner))
    assert.deepEqual(Object.keys(first), Object.keys(first).toSorted())
    assert.equal((await act('DELETE', path)).status, 404)
  })

  it('tells an organization and a group of the event types of their members', async () => {
    const members = ['omar@acme.test']
    const group = (await order('groups', { organization: 'Acme', name: 'Sales', members })).body.uri
    const events = EVENT_TYPES
    const hook = (path: string, more: object) =>
      visitor.subscribe(rita, { url: `${receiver.url}/${path}`, events, ...more })
    await hook('all', { scope: 'organization' })
    await hook('group', { scope: 'group', group })
    await hook('rita', {})
    await order('event-types', { user: 'omar@acme.test', name: 'Omar’s' })
    await receiver.until(2)
    const { users } = (await visitor.send('GET', '/control/calendly/users')).body
    const standard = users[0].event_type.split('/').at(-1)
    await act('PATCH', `event-types/${standard}`, { name: 'Intro' })
    const received = await receiver.until(4)

    const paths = received.map(({ path }) => path)
    assert.deepEqual(paths.slice(0, 2).toSorted(), ['/hook/all', '/hook/group'])
    assert.deepEqual(paths.slice(2).toSorted(), ['/hook/all', '/hook/rita'])
  })

  it('tries a delivery about an event type again, as any other', async () => {
    await visitor.subscribe(rita, { url: receiver.url, events: EVENT_TYPES })
    receiver.answer(500)
    await order('event-types', { user: 'rita@acme.test', name: 'Demo' })
    await visitor.eventually(
      () => visitor.hooks(),
      ([hook]) => hook.retry_started_at !== null,
    )
    receiver.answer(200)
    await visitor.advance(10)
    const [first, second] = await receiver.until(2)

    assert.equal(first?.body, second?.body)
    const { deliveries } = await visitor.eventually(
      () => visitor.ledger(),
      (ledger) => ledger.deliveries.length === 2,
    )
    assert.deepEqual(
      deliveries.map(({ event, outcome, attempt }) => [event, outcome, attempt]),
      [
        ['event_type.created', 'retrying', 1],
        ['event_type.created', 'delivered', 2],
      ],
    )
    assert.ok(deliveries.every((delivery) => !('invitee' in delivery)))
  })
})

function idIn({ body }: Answer): string {
  return body.uri.split('/').at(-1)
}

function isSigned({ headers, body }: Received): boolean {
  const header = String(headers['calendly-webhook-signature'])
  const [, t = '', v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? []
  return createHmac('sha256', 'a key of our own').update(`${t}.${body}`).digest('hex') === v1
}
