import assert from 'node:assert/strict'
import { startReceiver } from '../receiver.ts'
import type { Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'
import type { Check } from './official-export.ts'
import { openExport } from './official-export.ts'

describe('calendly sandbox: answers against the official export of 2023-01', () => {
  let visitor: Visitor
  let tokens: Tokens
  let check: Check

  before(async () => {
    check = await openExport()
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

  it('describes event types, routing forms and submissions as their deliveries do', async () => {
    const scope = 'users:read webhooks:write event_types:read routing_forms:read'
    const { organization, ...rest } = await visitor.connect('rita@acme.test', scope)
    const receiver = await startReceiver()
    const events = ['event_type.deleted', 'routing_form_submission.created']
    for (const event of events) {
      const url = `${receiver.url}/${event}`
      const hook = { url, scope: 'organization', events: [event] }
      await visitor.subscribe({ organization, ...rest }, hook)
    }
    const order = { organization, name: 'Lead form', questions: ['Company size'] }
    const form = await visitor.control('/calendly/routing-forms', order)
    const formPath = `/calendly/routing-forms/${form.body.uri.split('/').at(-1)}/submissions`
    const result = { type: 'external_url', value: 'https://acme.test/thanks' }
    await visitor.control(formPath, { answers: { 'Company size': '2-10' }, result })
    const traits = { user: 'rita@acme.test', name: 'Demo', description: 'All of <it>' }
    const made = await visitor.control('/calendly/event-types', traits)
    await visitor.send('DELETE', `/control/calendly/event-types/${made.body.uri.split('/').at(-1)}`)
    const received = (await receiver.until(2)).map(({ envelope }) => envelope)
    await receiver.close()
    const deleted = received.find(({ event }) => event === 'event_type.deleted')
    const submitted = received.find(({ event }) => event === 'routing_form_submission.created')

    check('EventType', made)
    check('EventType', { ...made, body: deleted.payload })
    check('RoutingForm', form)
    check('WebhookPayload', { ...form, body: submitted })
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
