import assert from 'node:assert/strict'
import { visit } from '../visitor.ts'
import type { Visitor } from '../visitor.ts'

const PUBLIC = 'https://hooks.test/calendly/1'

describe('calendly sandbox: pages, samples and limits', () => {
  let visitor: Visitor

  beforeEach(async () => {
    visitor = await visit()
  })

  afterEach(() => visitor.sandbox.close())

  it('pages lists by token and by next_page', async () => {
    const tokens = await visitor.connect()
    for (let one = 0; one < 21; one += 1)
      await visitor.subscribe(tokens, { url: `${PUBLIC}/${one}` })
    const query = new URLSearchParams({
      organization: tokens.organization,
      scope: 'user',
      user: tokens.owner,
    })
    const first = await visitor.get(
      `/webhook_subscriptions?${query.toString()}`,
      tokens.access_token,
    )
    const { pagination } = first.body
    const second = await visitor.send('GET', pagination.next_page, { token: tokens.access_token })
    query.set('count', '101')
    const tooMany = await visitor.get(
      `/webhook_subscriptions?${query.toString()}`,
      tokens.access_token,
    )

    assert.deepEqual([first.body.collection.length, pagination.count], [20, 20])
    assert.ok(pagination.next_page.includes(pagination.next_page_token))
    assert.equal(second.body.collection.length, 1)
    assert.equal(second.body.pagination.next_page, null)
    assert.notEqual(second.body.pagination.previous_page_token, null)
    assert.equal(tooMany.status, 400)
  })

  it('gives sample data as a bare envelope', async () => {
    const tokens = await visitor.connect()
    const query = new URLSearchParams({
      event: 'invitee.created',
      organization: tokens.organization,
      scope: 'user',
      user: tokens.owner,
    })
    const sample = await visitor.get(
      `/sample_webhook_data?${query.toString()}`,
      tokens.access_token,
    )

    assert.deepEqual(Object.keys(sample.body), ['event', 'created_at', 'created_by', 'payload'])
  })

  it('sends rate headers with every API answer, and 429 at the limit of the plan', async () => {
    await visitor.control('/calendly/users', { email: 'f@free.test', name: 'Free', plan: 'free' })
    const paid = await visitor.connect()
    const { access_token } = await visitor.connect('f@free.test')
    const rich = await visitor.get('/users/me', paid.access_token)
    const answers = await Promise.all(
      Array.from({ length: 51 }, () => visitor.get('/users/me', access_token)),
    )
    const anonymous = await visitor.get('/users/me')

    assert.equal(rich.headers.get('x-ratelimit-limit'), '500')
    assert.equal(answers.filter(({ status }) => status === 429).length, 1)
    assert.equal(answers[0]?.headers.get('x-ratelimit-limit'), '50')
    assert.ok(anonymous.headers.has('x-ratelimit-remaining'))
    assert.ok(answers.every(({ headers }) => !headers.has('retry-after')))
  })

  it('lifts the request limit when switched', async () => {
    await visitor.fault({ kind: 'request-limit', value: 2 })
    const { access_token } = await visitor.connect()
    const ask = async () => (await visitor.get('/users/me', access_token)).status
    const limited = [await ask(), await ask(), await ask()]
    await visitor.send('DELETE', '/control/faults')
    await visitor.fault({ kind: 'request-limit', value: 'off' })

    assert.deepEqual(limited, [200, 200, 429])
    assert.equal(await ask(), 200)
  })
})
