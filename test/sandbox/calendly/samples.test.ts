import assert from 'node:assert/strict'
import type { Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

describe('calendly sandbox: sample webhook data', () => {
  let visitor: Visitor
  let rita: Tokens

  before(async () => {
    visitor = await visit()
    rita = await visitor.connect()
  })

  after(() => visitor.sandbox.close())

  const sample = (tokens: Tokens, query: Record<string, string>) => {
    const { organization } = tokens
    const search = new URLSearchParams({ organization, scope: 'organization', ...query })
    return visitor.get(`/sample_webhook_data?${search.toString()}`, tokens.access_token)
  }

  for (const [event, fields] of Object.entries({
    'invitee.created': ['email', 'scheduled_event', 'tracking', 'uri'],
    'invitee.canceled': ['cancellation', 'scheduled_event', 'uri'],
    'invitee_no_show.created': ['no_show', 'scheduled_event', 'uri'],
    'invitee_no_show.deleted': ['scheduled_event', 'uri'],
    'event_type.created': ['active', 'name', 'profile', 'uri'],
    'event_type.deleted': ['deleted_at', 'name', 'uri'],
    'routing_form_submission.created': ['questions_and_answers', 'result', 'routing_form', 'uri'],
    'contact.created': ['uri'],
  })) {
    it(`gives a sample of ${event} with what its payload is read for`, async () => {
      const { status, body } = await sample(rita, { event })

      assert.deepEqual([status, body.event, body.created_by], [200, event, rita.owner])
      const bare = fields.filter((field) => (body.payload[field] ?? null) === null)
      assert.deepEqual(bare, [])
    })
  }

  it('gives the address and the moment of a deleted contact, and nothing of a recap', async () => {
    const contact = await sample(rita, { event: 'contact.deleted' })
    const query = { event: 'meeting_recap.created', scope: 'user', user: rita.owner }
    const recap = await sample(rita, query)

    assert.deepEqual(Object.keys(contact.body.payload), ['deleted_at', 'uri'])
    assert.deepEqual(recap.body.payload, {})
  })

  it('refuses samples of events and scopes that do not go together, and of what is not open', async () => {
    const omar = await visitor.connect('omar@acme.test')
    const event = 'invitee.created'
    const answers = [
      await sample(rita, { event: 'invitee.moved' }),
      await sample(rita, { event: 'meeting_recap.created' }),
      await sample(rita, { event, scope: 'team' }),
      await sample(rita, { event, scope: 'user' }),
      await sample(rita, { event, scope: 'group' }),
      await sample(rita, { event, scope: 'group', group: 'https://x.test/groups/none' }),
      await sample(omar, { event }),
      await sample(omar, { event, scope: 'user', user: rita.owner }),
    ]

    const seen = answers.map(({ status, body }) => [status, body.details?.[0].parameter])
    assert.deepEqual(seen, [
      [400, 'event'],
      [400, 'event'],
      [400, 'scope'],
      [400, 'user'],
      [400, 'group'],
      [404, undefined],
      [403, undefined],
      [403, undefined],
    ])
  })
})
