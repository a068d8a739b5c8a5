import assert from 'node:assert/strict'
import type { Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Answer, Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

const SCOPES = 'users:read webhooks:write routing_forms:read'
const FORMS = ['routing_form_submission.created']

describe('calendly sandbox: routing forms', () => {
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
  const makeForm = async () => {
    const json = { organization: 'Acme', name: 'Leads', questions: ['Size', 'Need'] }
    return `routing-forms/${idIn(await order('routing-forms', json))}`
  }

  it('tells the organization of a routing form’s submissions, booked or not', async () => {
    const url = receiver.url
    await visitor.subscribe(rita, { url, scope: 'organization', events: FORMS })
    const form = await makeForm()
    const { invitee } = (await visitor.book()).body
    const result = { type: 'custom_message', value: { headline: 'Thanks', body: 'Bye' } }
    const answers = { Size: '2-10', Need: 'Help' }
    const loose = await order(`${form}/submissions`, { answers, result })
    await receiver.until(1)
    const tracking = { utm_source: 'crm' }
    const more = { invitee: invitee.uri, tracking }
    const booked = await order(`${form}/submissions`, { answers, result, ...more })
    const received = (await receiver.until(2)).map(({ envelope }) => envelope)

    assert.deepEqual(
      received.map(({ payload }) => payload),
      [loose.body, booked.body],
    )
    const [first, second] = received.map(({ payload }) => payload)
    assert.deepEqual([first.submitter, first.submitter_type, first.result], [null, null, result])
    assert.deepEqual(
      first.questions_and_answers.map(({ question, answer }: any) => [question, answer]),
      [
        ['Size', '2-10'],
        ['Need', 'Help'],
      ],
    )
    assert.deepEqual([second.submitter_type, second.tracking.utm_source], ['Invitee', 'crm'])
    const submitter = invitee.uri.replace('/calendly', '')
    assert.deepEqual([second.submitter, first.tracking.utm_source], [submitter, null])
  })

  it('refuses a free plan the hook of submissions', async () => {
    const owner = { email: 'f@free.test', name: 'Free', plan: 'free' }
    await visitor.control('/calendly/users', owner)
    const tokens = await visitor.connect(owner.email, SCOPES)
    const url = receiver.url
    const refused = await visitor.subscribe(tokens, { url, scope: 'organization', events: FORMS })

    const message = 'Please upgrade to a paid Calendly account.'
    assert.deepEqual([refused.status, refused.body.message], [403, message])
  })

  it('takes submissions of a published form only, each question answered', async () => {
    const form = await makeForm()
    const good = {
      answers: { Size: '2-10', Need: 'Help' },
      result: { type: 'external_url', value: 'https://acme.test' },
    }
    const submit = async (more: object) =>
      said(await order(`${form}/submissions`, { ...good, ...more }))

    assert.deepEqual(await submit({ colour: 'red' }), [400, 'colour is unknown'])
    assert.deepEqual(await submit({ result: undefined }), [400, 'result is missing'])
    assert.deepEqual(await submit({ answers: { Size: '1' } }), [400, 'Need is not answered'])
    const stray = { ...good.answers, Age: '3' }
    assert.deepEqual(await submit({ answers: stray }), [400, 'the form does not ask Age'])
    const odd = { type: 'event_type', value: { headline: 'x' } }
    const oddly = [400, 'result.value does not fit event_type']
    assert.deepEqual(await submit({ result: odd }), oddly)
    assert.deepEqual(await submit({ invitee: 'nobody' }), [404, 'no such invitee'])
    assert.equal((await act('PATCH', form, { status: 'draft' })).body.status, 'draft')
    assert.deepEqual(await submit({}), [409, 'form is not published'])
    assert.equal((await act('DELETE', form)).status, 204)
    assert.deepEqual(await submit({}), [404, 'no such form'])
  })
})

function idIn({ body }: Answer): string {
  return body.uri.split('/').at(-1)
}

function said({ status, body }: Answer) {
  return [status, body.error]
}
