import assert from 'node:assert/strict'
import type { Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Answer, Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

const READS = 'event_types:read routing_forms:read contacts:read meeting_recaps:read'
const SCOPES = `users:read webhooks:write scheduled_events:read ${READS}`
const EVENT_TYPES = ['event_type.created', 'event_type.updated', 'event_type.deleted']
const CONTACTS = ['contact.created', 'contact.updated', 'contact.deleted']
const FORMS = ['routing_form_submission.created']
const PUBLIC = 'https://hooks.test/calendly/families'

describe('calendly sandbox: families of events', () => {
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

  it('tells of a contact made and changed, and of a deleted one its address and when only', async () => {
    await visitor.subscribe(rita, { url: receiver.url, events: CONTACTS })
    const json = { user: 'rita@acme.test', name: 'Pat', email: 'pat@x.test' }
    const made = await order('contacts', json)
    await receiver.until(1)
    await order('contacts', { ...json, user: 'omar@acme.test' })
    await act('PATCH', `contacts/${idIn(made)}`, { name: 'Pat P' })
    await receiver.until(2)
    await act('DELETE', `contacts/${idIn(made)}`)
    const told = (await receiver.until(3)).map(({ envelope }) => envelope)

    assert.deepEqual(
      told.map(({ event, payload }) => [event, payload.uri]),
      CONTACTS.map((event) => [event, made.body.uri]),
    )
    assert.deepEqual([told[0].payload, told[1].payload.name], [made.body, 'Pat P'])
    assert.deepEqual(Object.keys(told[2].payload), ['deleted_at', 'uri'])
  })

  it('allows every family its own scopes only, and wants its read scope', async () => {
    const events = { all: EVENT_TYPES, forms: FORMS, recaps: ['meeting_recap.created'] }
    const hook = (tokens: Tokens, more: object) =>
      visitor.subscribe(tokens, { url: PUBLIC, ...more })
    const formsOfUser = await hook(rita, { events: events.forms })
    const recapsOfAll = await hook(rita, { scope: 'organization', events: events.recaps })
    const mixed = await hook(rita, { events: [...events.all, ...events.forms] })
    const poor = await visitor.connect('rita@acme.test', 'webhooks:write scheduled_events:read')
    const unread = await hook(poor, { events: EVENT_TYPES.slice(0, 1) })
    const unknown = await hook(rita, { events: ['event_type.moved'] })
    const recaps = await hook(rita, { events: events.recaps })

    assert.deepEqual(
      [formsOfUser, recapsOfAll, mixed, unread, unknown].map(({ body }) => body.details),
      [
        'routing_form_submission.created is not allowed for this scope',
        'meeting_recap.created is not allowed for this scope',
        'routing_form_submission.created is not allowed for this scope',
        'event_type.created requires the scope event_types:read',
        'event_type.moved is not included in the list',
      ].map((message) => [{ parameter: 'events', message }]),
    )
    assert.equal(recaps.status, 201)
  })

  it('refuses orders of event types and contacts that lack a field or have a strange one', async () => {
    const user = 'rita@acme.test'
    const path = `event-types/${idIn(await order('event-types', { user, name: 'Demo' }))}`
    const answers = [
      await order('event-types', { user }),
      await order('event-types', { user, name: 'x', kind: 'group' }),
      await order('event-types', { user, name: 'x', duration: 'long' }),
      await order('event-types', { user: 'nobody', name: 'x' }),
      await act('PATCH', path, {}),
      await act('PATCH', path, { user }),
      await act('PATCH', 'event-types/none', { name: 'x' }),
      await order('contacts', { user, name: 'x' }),
      await act('PATCH', 'contacts/none', { name: 'x' }),
    ]

    assert.deepEqual(answers.map(said), [
      [400, 'name is missing'],
      [400, 'kind is unknown'],
      [400, 'duration must be a number'],
      [404, 'no such user'],
      [400, 'there is nothing to change'],
      [400, 'user is unknown'],
      [404, 'no such event type'],
      [400, 'email is missing'],
      [404, 'no such contact'],
    ])
  })
})

function idIn({ body }: Answer): string {
  return body.uri.split('/').at(-1)
}

function said({ status, body }: Answer) {
  return [status, body.error]
}
