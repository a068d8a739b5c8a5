import assert from 'node:assert/strict'
import {
  ACCESS,
  ACCOUNT,
  API,
  ORGANIZATION,
  errorOf,
  type CalendlyMock,
  openCalendlyMock,
} from '../../support/calendly-mock.ts'
import { RITA } from '../../support/calendly-payloads.ts'

const HOOK = {
  uri: `${API}/webhook_subscriptions/7c2e9a10-4b6d-4f83-95a1-c0ffee000001`,
  callback_url: 'https://hooks.acme.test/webhooks/calendly/abc',
  state: 'active',
  events: ['invitee.created'],
  scope: 'user',
  retry_started_at: null,
  organization: ORGANIZATION,
  user: RITA,
  group: null,
  creator: RITA,
}
const CREATE = {
  account: ACCOUNT,
  scope: 'user',
  callbackUrl: HOOK.callback_url,
  signingKey: 'signing-key-of-the-hook',
} as const

describe('Calendly subscriptions', () => {
  let mock: CalendlyMock

  beforeEach(() => {
    mock = openCalendlyMock()
  })

  afterEach(() => mock.close())

  it('creates a hook for the four events with a key of its own', async () => {
    mock.answer(201, { resource: HOOK })

    const { value } = await mock.calendly.createSubscription(ACCESS, CREATE)

    assert.equal(value.uri, HOOK.uri)
    assert.deepEqual(JSON.parse(mock.sent[0]?.body ?? ''), {
      url: HOOK.callback_url,
      events: [...mock.calendly.webhookEvents],
      organization: ORGANIZATION,
      user: RITA,
      scope: 'user',
      signing_key: 'signing-key-of-the-hook',
    })
  })

  for (const [title, status, body, kind] of [
    ['a dead token', 401, { title: 'Unauthenticated' }, 'unauthorized'],
    [
      'a missing scope',
      403,
      { title: 'Insufficient scope', required_scopes: ['webhooks:write'] },
      'scope',
    ],
    ['the plan of 2026', 403, { message: 'Please upgrade to a paid Calendly account.' }, 'plan'],
    [
      'the plan of 2023',
      403,
      { message: 'Please upgrade your Calendly account to Professional' },
      'plan',
    ],
    ['the role', 403, { message: 'You do not have permission' }, 'role'],
    ['a 403 without words', 403, '', 'role'],
    [
      'a wrong parameter',
      400,
      { details: [{ parameter: 'url', message: 'is invalid' }] },
      'invalid',
    ],
    [
      "a missing event family's scope",
      400,
      { details: [{ parameter: 'events', message: 'requires scheduled_events:read' }] },
      'scope',
    ],
    ['an unknown organization', 404, { title: 'Resource Not Found' }, 'notFound'],
    ['a known URL', 409, { message: 'Hook with this url already exists' }, 'conflict'],
    ['a fault of theirs', 500, { title: 'Internal Server Error' }, 'unavailable'],
    ['a redirect', 302, '', 'unavailable'],
    ['a success without the hook', 201, {}, 'unclear'],
  ] as const)
    it(`tells a hook refused for ${title} as ${kind}`, async () => {
      mock.answer(status, body)

      const error = await errorOf(mock.calendly.createSubscription(ACCESS, CREATE))

      assert.equal(error.kind, kind)
    })

  it('names the scopes a new grant needs', async () => {
    mock.answer(403, { required_scopes: ['webhooks:write'] })

    const error = await errorOf(mock.calendly.createSubscription(ACCESS, CREATE))

    assert.deepEqual(error.requiredScopes, ['webhooks:write'])
  })

  it('lists hooks page by page, in the scope asked for', async () => {
    mock.answer(200, { collection: [HOOK], pagination: { next_page_token: 'p2' } })
    mock.answer(200, { collection: [], pagination: { next_page_token: null } })

    const first = await mock.calendly.listSubscriptions(ACCESS, { account: ACCOUNT, scope: 'user' })
    const next = { account: ACCOUNT, scope: 'organization', pageToken: 'p2' } as const
    const last = await mock.calendly.listSubscriptions(ACCESS, next)

    assert.deepEqual([first.items[0]?.uri, first.nextPage, last.nextPage], [HOOK.uri, 'p2', null])
    const queries = mock.sent.map(({ path }) => Object.fromEntries(new URL(path, API).searchParams))
    assert.deepEqual(queries, [
      { organization: ORGANIZATION, user: RITA, scope: 'user', count: '100' },
      { organization: ORGANIZATION, scope: 'organization', count: '100', page_token: 'p2' },
    ])
  })

  it('deletes a hook, and takes one that is gone for deleted', async () => {
    mock.answer(204)
    mock.answer(404, { title: 'Resource Not Found' })

    const first = await mock.calendly.deleteSubscription(ACCESS, HOOK.uri)
    const again = await mock.calendly.deleteSubscription(ACCESS, HOOK.uri)

    assert.deepEqual([first.value, again.value], ['deleted', 'gone'])
    assert.equal(mock.sent[0]?.path, new URL(HOOK.uri).pathname)
  })
})
