import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createCalendly } from '../../providers/calendly/client.ts'
import { createHttp, type Http } from '../../providers/http.ts'
import type { Access, Account, OAuth, Provider, TokenPair } from '../../providers/provider.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { errorOf } from '../support/calendly-mock.ts'

const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-0123'
const KEY = 'a signing key of this hook, thirty-two bytes and more'
const REDIRECT = 'http://localhost:1/oauth/calendly/callback'
const PAT = { email: 'pat@prospect.test', name: 'Éloïse 🎉 王' }

interface Received {
  readonly header: string | undefined
  readonly rawBody: Buffer
}

/** Our client and the stand-in share no code: what they agree on is the documentation. */
describe('Calendly client against the sandbox', () => {
  let sandbox: Sandbox
  let http: Http
  let calendly: Provider
  let oauth: OAuth
  let receiver: Server
  let received: Received[]
  let wake: () => void
  let callbackUrl: string

  before(async () => {
    sandbox = await startSandbox({ port: 0 })
    http = createHttp({ allowLoopback: true })
    calendly = createCalendly({
      http,
      apiUrl: `${sandbox.url}/calendly`,
      authUrl: `${sandbox.url}/calendly`,
      clientId: 'sandbox-client',
      clientSecret: 'sandbox-client-not-a-secret',
    })
    assert.ok(calendly.oauth)
    oauth = calendly.oauth
    received = []
    wake = () => undefined
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const header = request.headers[calendly.webhook.signatureHeader]
        received.push({
          rawBody: Buffer.concat(chunks),
          header: typeof header === 'string' ? header : undefined,
        })
        response.end()
        wake()
      })
    })
    receiver.listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/calendly/x`
  })

  after(async () => {
    await http.close()
    await sandbox.close()
    receiver.closeAllConnections()
    await new Promise((resolve) => receiver.close(resolve))
  })

  /** Asks the control API. */
  const control = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${sandbox.url}/control${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.ok(answer.ok, `${path}: ${answer.status}`)
    return (await answer.json()) as Record<string, unknown>
  }

  /** A new person at the provider who has just given consent. */
  const connect = async (
    email: string,
  ): Promise<{ pair: TokenPair; access: Access; account: Account }> => {
    await control('/calendly/users', { email, name: `Host ${email}` })
    const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url')
    const url = oauth.authorizeUrl({
      state: 's',
      codeChallenge,
      redirectUri: REDIRECT,
      loginHint: email,
    })
    const answer = await fetch(`${url}&prompt=none`, { redirect: 'manual' })
    const location = new URL(answer.headers.get('location') ?? '')
    const code = location.searchParams.get('code') ?? ''
    const granted = await oauth.exchangeCode({
      code,
      codeVerifier: VERIFIER,
      redirectUri: REDIRECT,
    })
    const access = { token: granted.value.accessToken }
    return { access, pair: granted.value, account: (await calendly.identify(access)).value }
  }

  /** The deliveries, as soon as there are that many. */
  const deliveries = async (count: number): Promise<Received[]> => {
    while (received.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return received
  }

  it('connects, and knows whose account it is', async () => {
    const { account, pair } = await connect('connect@acme.test')

    assert.equal(account.email, 'connect@acme.test')
    assert.equal(pair.ownerUri, account.userUri)
    assert.equal(pair.expiresInSeconds, 7_200)
  })

  it('refreshes once with each token, and is told when one is used up', async () => {
    const { pair } = await connect('refresh@acme.test')

    const next = await oauth.refresh({ refreshToken: pair.refreshToken })
    const error = await errorOf(oauth.refresh({ refreshToken: pair.refreshToken }))

    assert.notEqual(next.value.refreshToken, pair.refreshToken)
    assert.equal(error.kind, 'grantDead')
  })

  it('revokes, and its token is refused from then on', async () => {
    const { access } = await connect('revoke@acme.test')

    await oauth.revoke({ token: access.token })

    assert.equal((await errorOf(calendly.identify(access))).kind, 'unauthorized')
  })

  it('makes a hook once, lists it, and removes it', async () => {
    const { access, account } = await connect('hook@acme.test')
    const wish = {
      account,
      scope: 'user',
      callbackUrl: `${callbackUrl}/hook`,
      signingKey: KEY,
    } as const

    const made = await calendly.createSubscription(access, wish)
    const again = await errorOf(calendly.createSubscription(access, wish))
    const listed = await calendly.listSubscriptions(access, { account, scope: 'user' })
    const removed = await calendly.deleteSubscription(access, made.value.uri)
    const gone = await calendly.deleteSubscription(access, made.value.uri)

    assert.equal(again.kind, 'conflict')
    assert.deepEqual(
      listed.items.map(({ uri }) => uri),
      [made.value.uri],
    )
    assert.deepEqual(new Set(listed.items[0]?.events), new Set(calendly.webhookEvents))
    assert.deepEqual([removed.value, gone.value], ['deleted', 'gone'])
    assert.ok(listed.rate !== null)
  })

  it('is told which scope is missing', async () => {
    const email = 'scope@acme.test'
    const { account } = await connect(email)
    const { token } = await control('/calendly/tokens', {
      user: email,
      scope: 'users:read webhooks:write',
    })
    const wish = {
      account,
      scope: 'user',
      callbackUrl: `${callbackUrl}/scope`,
      signingKey: KEY,
    } as const

    const error = await errorOf(calendly.createSubscription({ token: String(token) }, wish))

    assert.deepEqual(
      [error.kind, new Set(error.requiredScopes)],
      ['scope', new Set(['scheduled_events:read'])],
    )
  })

  it('verifies and reads what is delivered, and finds the same by listing', async () => {
    const email = 'booked@acme.test'
    const { access, account } = await connect(email)
    const wish = { account, scope: 'user', callbackUrl, signingKey: KEY } as const
    await calendly.createSubscription(access, wish)

    await control('/calendly/bookings', { user: email, invitee: PAT })
    const [first] = await deliveries(1)

    assert.ok(first)
    const verdict = calendly.webhook.verify({ ...first, keys: ['another', KEY], now: Date.now() })
    assert.deepEqual([verdict.ok, verdict.ok && verdict.keyIndex], [true, 1])
    const { content, accountUris } = calendly.webhook.read(first.rawBody)
    assert.ok(content.ok && content.event !== null, JSON.stringify(content))
    assert.ok(accountUris.includes(account.userUri))
    assert.deepEqual(
      [content.event.invitee.email, content.event.invitee.name],
      [PAT.email, PAT.name],
    )

    const window = {
      account,
      scope: 'user',
      status: 'active',
      from: '2020-01-01T00:00:00Z',
      to: '2100-01-01T00:00:00Z',
    } as const
    const listed = await calendly.listBookings(access, window)
    const people = await calendly.listInvitees(access, { slotUri: content.event.slot.uri })
    assert.deepEqual(
      listed.items.map(({ slot }) => slot.uri),
      [content.event.slot.uri],
    )
    assert.deepEqual([listed.unreadable, people.unreadable], [[], []])
    assert.deepEqual(
      { ...people.items[0], noShowAt: '' },
      { ...content.event.invitee, noShowAt: '' },
    )
  })
})
