import assert from 'node:assert/strict'
import { isProviderError, type ProviderError } from '../../../providers/failures.ts'
import { ACCESS, ALONE, API, clientOf, MEMBER } from '../../support/calcom-network.ts'

const ME = {
  id: 7,
  email: 'rita@acme.test',
  username: 'rita',
  name: null,
  timeZone: 'Europe/Paris',
}

/** A hook that was switched off, as a list shows it. */
const hook = (id: number) => ({
  id,
  subscriberUrl: 'https://x.test',
  active: false,
  triggers: [],
})

const refusal = async (call: Promise<unknown>): Promise<ProviderError> => {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  assert.ok(isProviderError(error))
  return error
}

describe('Cal.com client', () => {
  it('names an account by installation and id, since ids repeat', async () => {
    const { calcom, sent } = clientOf({ body: { data: ME } }, { body: { data: ME } })

    const here = await calcom.identify(ACCESS)
    const there = await calcom.identify({ ...ACCESS, apiAddress: 'https://api.cal.eu' })

    assert.equal(here.value.userUri, 'https://api.cal.com/users/7')
    assert.equal(there.value.userUri, 'https://api.cal.eu/users/7')
    assert.deepEqual(
      sent.map(({ url, authorization }) => [url, authorization]),
      [
        ['https://api.cal.com/v2/me', 'Bearer a key of rita'],
        ['https://api.cal.eu/v2/me', 'Bearer a key of rita'],
      ],
    )
  })

  it('makes a hook with a secret and without a template', async () => {
    const made = { id: 12, subscriberUrl: 'https://us.test/x', active: true, triggers: [] }
    const { calcom, sent } = clientOf({ status: 201, body: { data: made } })

    const { value } = await calcom.createSubscription(ACCESS, {
      account: ALONE,
      scope: 'user',
      callbackUrl: 'https://us.test/x',
      signingKey: 'made for this hook',
    })

    assert.equal(value.uri, 'https://api.cal.com/v2/webhooks/12')
    assert.deepEqual(sent[0]?.json, {
      active: true,
      subscriberUrl: 'https://us.test/x',
      triggers: calcom.webhookEvents,
      secret: 'made for this hook',
    })
  })

  it('works on the hooks of an organization where it is asked to', async () => {
    const made = { id: 'ab-c', subscriberUrl: 'https://us.test/x', active: true, triggers: [] }
    const { calcom, sent } = clientOf({ body: { data: [made] } }, { body: {} })

    const { items } = await calcom.listSubscriptions(ACCESS, {
      account: MEMBER,
      scope: 'organization',
    })
    await calcom.deleteSubscription(ACCESS, items[0]?.uri ?? '')

    assert.deepEqual(
      sent.map(({ method, url }) => `${method} ${url.split('?')[0]}`),
      [
        'GET https://api.cal.com/v2/organizations/3/webhooks',
        'DELETE https://api.cal.com/v2/organizations/3/webhooks/ab-c',
      ],
    )
  })

  it('asks nothing of an organization where the account is in none', async () => {
    const { calcom, sent } = clientOf()
    const wish = { account: ALONE, scope: 'organization', callbackUrl: '', signingKey: '' } as const

    const { items } = await calcom.listSubscriptions(ACCESS, wish)
    const { kind } = await refusal(calcom.createSubscription(ACCESS, wish))

    assert.deepEqual([items, kind, sent], [[], 'role', []])
  })

  it('takes a hook that is gone for deleted', async () => {
    const { calcom } = clientOf({ status: 404, body: { status: 'error' } })

    const { value } = await calcom.deleteSubscription(ACCESS, `${API}/v2/webhooks/12`)

    assert.equal(value, 'gone')
  })

  const STRANGE: readonly string[] = [
    'https://elsewhere.test/v2/webhooks/12',
    'https://api.cal.com/v2/webhooks/../bookings/1',
    'https://api.cal.com/v2/webhooks/12/more',
    'https://api.cal.com/v2/me',
    'https://api.cal.com.elsewhere.test/v2/webhooks/12',
  ]
  for (const uri of STRANGE)
    it(`never calls ${uri} to delete a hook`, async () => {
      const { calcom, sent } = clientOf()

      const { kind } = await refusal(calcom.deleteSubscription(ACCESS, uri))

      assert.deepEqual([kind, sent], ['forbiddenOrigin', []])
    })

  it('reads a page of hooks after another', async () => {
    const full = Array.from({ length: 250 }, (_, id) => hook(id))
    const { calcom, sent } = clientOf({ body: { data: full } }, { body: { data: [hook(250)] } })

    const first = await calcom.listSubscriptions(ACCESS, { account: ALONE, scope: 'user' })
    const last = await calcom.listSubscriptions(ACCESS, {
      account: ALONE,
      scope: 'user',
      pageToken: first.nextPage ?? '',
    })

    assert.deepEqual(
      [first.nextPage, last.nextPage, last.items[0]?.state],
      ['250', null, 'disabled'],
    )
    assert.match(sent[1]?.url ?? '', /skip=250/)
  })

  const REFUSALS: readonly [status: number, kind: string][] = [
    [400, 'invalid'],
    [401, 'unauthorized'],
    [403, 'role'],
    [404, 'notFound'],
    [408, 'unavailable'],
    [409, 'conflict'],
    [429, 'rateLimited'],
    [302, 'unavailable'],
    [500, 'unavailable'],
  ]
  for (const [status, kind] of REFUSALS)
    it(`takes ${status} for ${kind}`, async () => {
      const { calcom } = clientOf({ status })

      const error = await refusal(calcom.identify(ACCESS))

      assert.equal(error.kind, kind)
      assert.ok(!error.message.includes(ACCESS.token))
    })

  it('waits out the block of a minute, however soon the window ends', async () => {
    const { calcom } = clientOf({
      status: 429,
      rate: { limit: 120, remaining: 0, resetSeconds: 5 },
    })

    const { retryAfterMs } = await refusal(calcom.identify(ACCESS))

    assert.equal(retryAfterMs, 60_000)
  })

  it('does not take a page of something else for an account', async () => {
    const { calcom } = clientOf({ body: { status: 'success', data: { id: null } } })

    const { kind } = await refusal(calcom.identify(ACCESS))

    assert.equal(kind, 'unclear')
  })
})
