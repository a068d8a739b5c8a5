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
import { remoteInvitee, RITA, scheduledEvent, SLOT } from '../../support/calendly-payloads.ts'

describe('Calendly client', () => {
  let mock: CalendlyMock

  beforeEach(() => {
    mock = openCalendlyMock()
  })

  afterEach(() => mock.close())

  it('identifies the account and tells the budget', async () => {
    const headers = {
      'x-ratelimit-limit': '500',
      'x-ratelimit-remaining': '499',
      'x-ratelimit-reset': '60',
    }
    const resource = {
      uri: RITA,
      current_organization: ORGANIZATION,
      email: 'rita@acme.test',
      name: 'Rita Host',
      timezone: 'Europe/Paris',
    }
    mock.answer(200, { resource }, { headers })

    const { value, rate } = await mock.calendly.identify(ACCESS)

    assert.deepEqual(value, {
      ...ACCOUNT,
      email: 'rita@acme.test',
      name: 'Rita Host',
      timezone: 'Europe/Paris',
    })
    assert.deepEqual(rate, { limit: 500, remaining: 499, resetSeconds: 60 })
    assert.equal(mock.sent[0]?.headers['authorization'], `Bearer ${ACCESS.token}`)
  })

  it('takes no account with a hole in it', async () => {
    mock.answer(200, {
      resource: { uri: RITA, current_organization: null, email: 'rita@acme.test' },
    })

    assert.equal((await errorOf(mock.calendly.identify(ACCESS))).kind, 'unclear')
  })

  it('waits as long as the budget says when there is no Retry-After', async () => {
    const headers = {
      'x-ratelimit-limit': '50',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '42',
    }
    mock.answer(429, {}, { headers })

    const error = await errorOf(mock.calendly.identify(ACCESS))

    assert.deepEqual([error.kind, error.retryAfterMs], ['rateLimited', 42_000])
  })

  for (const uri of [
    'https://api.calendly.com.evil.test/webhook_subscriptions/1',
    'https://evil.test@api.calendly.com/webhook_subscriptions/1',
    'http://api.calendly.com/webhook_subscriptions/1',
    'https://api.calendly.com/webhook_subscriptions/%2e%2e%2fusers',
    'https://api.calendly.com/',
    '/webhook_subscriptions/1',
    '',
  ])
    it(`sends nothing for the URI ${JSON.stringify(uri)} (case 79)`, async () => {
      const errors = [
        await errorOf(mock.calendly.deleteSubscription(ACCESS, uri)),
        await errorOf(mock.calendly.listInvitees(ACCESS, { slotUri: uri })),
      ]

      assert.deepEqual(
        errors.map(({ kind }) => kind),
        ['forbiddenOrigin', 'forbiddenOrigin'],
      )
      assert.deepEqual(mock.sent, [])
    })

  it('lists bookings, and lets an ill one hide none of the others', async () => {
    const collection = [scheduledEvent({ start_time: 'infinity' }), scheduledEvent()]
    mock.answer(200, { collection, pagination: { next_page_token: null } })

    const page = await mock.calendly.listBookings(ACCESS, {
      account: ACCOUNT,
      scope: 'user',
      status: 'canceled',
      from: '2026-10-01T00:00:00Z',
      to: '2026-12-01T00:00:00Z',
    })

    assert.deepEqual(
      page.items.map(({ slot }) => slot.uri),
      [SLOT],
    )
    assert.deepEqual(page.unreadable, [
      { reason: 'badDate', at: 'answer.collection[0].start_time' },
    ])
    assert.deepEqual(Object.fromEntries(new URL(mock.sent[0]?.path ?? '', API).searchParams), {
      user: RITA,
      status: 'canceled',
      min_start_time: '2026-10-01T00:00:00Z',
      max_start_time: '2026-12-01T00:00:00Z',
      sort: 'start_time:asc',
      count: '19',
    })
  })

  it('lists invitees, and knows since when an unmarked one is unmarked', async () => {
    mock.answer(200, { collection: [remoteInvitee()], pagination: { next_page_token: null } })

    const { items } = await mock.calendly.listInvitees(ACCESS, { slotUri: SLOT })

    assert.deepEqual(
      [items[0]?.noShowUri, items[0]?.noShowAt],
      [null, '2026-11-21T12:00:00.000000Z'],
    )
    assert.equal(
      new URL(mock.sent[0]?.path ?? '', API).pathname,
      `${new URL(SLOT).pathname}/invitees`,
    )
  })
})
