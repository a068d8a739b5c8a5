import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { Received, Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

const KEY = 'a key of our own'
const APP_KEY = 'sandbox-app-signing-key-not-a-secret'
const DAY_SECONDS = 86_400

describe('calendly sandbox: deliveries', () => {
  let visitor: Visitor
  let receiver: Receiver
  let tokens: Tokens

  beforeEach(async () => {
    visitor = await visit()
    receiver = await startReceiver()
    tokens = await visitor.connect()
    await visitor.subscribe(tokens, { url: receiver.url })
  })

  afterEach(async () => {
    await visitor.sandbox.close()
    await receiver.close()
  })

  it('sends the headers Calendly sends, and no id', async () => {
    await visitor.book()
    const [delivery] = await receiver.until(1)

    assert.deepEqual(Object.keys(delivery?.headers ?? {}).sort(), [
      'accept',
      'accept-encoding',
      'calendly-webhook-signature',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ])
    assert.equal(delivery?.headers['user-agent'], 'Calendly')
    assert.equal(delivery?.headers['content-type'], 'application/json')
  })

  it('writes payload keys in order, and the envelope in whole seconds', async () => {
    await visitor.book()
    const [delivery] = await receiver.until(1)
    const { payload, ...envelope } = delivery?.envelope ?? { payload: {} }
    const { cancellation: _, ...sorted } = payload

    assert.deepEqual(Object.keys(sorted), Object.keys(sorted).toSorted())
    assert.equal('cancellation' in payload, false)
    assert.equal(payload.scheduled_event.event_memberships[0].user, tokens.owner)
    assert.match((envelope as { created_at: string }).created_at, /\.000000Z$/)
  })

  it('signs the raw bytes with the key of the subscription', async () => {
    await visitor.book({ invitee: { email: 'e@x.test', name: 'Éloïse 🎉 王' } })
    const [delivery] = await receiver.until(1)

    assert.equal(signerOf(delivery), KEY)
    assert.equal(delivery?.envelope.payload.name, 'Éloïse 🎉 王')
  })

  it('signs with the key of the app when switched', async () => {
    await visitor.fault({ kind: 'app-key-signs' })
    await visitor.book()

    assert.equal(signerOf((await receiver.until(1))[0]), APP_KEY)
  })

  it('signs with the key of the app when the hook came without one', async () => {
    const [hook] = await visitor.hooks()
    await visitor.send('DELETE', hook.uri, { token: tokens.access_token })
    await visitor.subscribe(tokens, { url: receiver.url, signing_key: undefined })
    await visitor.book()

    assert.equal(signerOf((await receiver.until(1))[0]), APP_KEY)
  })

  it('retries with back-off, stamps each try anew and marks the hook', async () => {
    receiver.answer(500)
    await visitor.book()
    await visitor.eventually(ledgerOf(visitor), (tries) => tries.length === 1)
    receiver.answer(200)
    await visitor.advance(5)
    await visitor.eventually(ledgerOf(visitor), (tries) => tries.length === 2)

    const tries = await ledgerOf(visitor)()
    assert.deepEqual(
      tries.map(({ attempt, status, outcome }) => ({ attempt, status, outcome })),
      [
        { attempt: 1, status: 500, outcome: 'retrying' },
        { attempt: 2, status: 200, outcome: 'delivered' },
      ],
    )
    const [hook] = await visitor.hooks()
    assert.equal(hook.state, 'active')
    assert.ok(Date.now() - Date.parse(hook.retry_started_at) < 60_000, 'wall time')
    assert.equal(receiver.received[0]?.body, receiver.received[1]?.body)
  })

  it('keeps the second of the first try on retries when switched', async () => {
    await visitor.fault({ kind: 'restamp-t', value: false })
    receiver.answer(500)
    await visitor.book()
    await visitor.eventually(ledgerOf(visitor), (tries) => tries.length === 1)
    // A second that passed is all that tells a kept stamp from a fresh one.
    const first = timeOf(receiver.received[0])
    await visitor.eventually(
      async () => Math.floor(Date.now() / 1000),
      (now) => now > first,
    )
    await visitor.advance(5)
    const received = await receiver.until(2)

    assert.equal(timeOf(received[1]), first)
  })

  it('leaves deliveries unsigned for a personal token that gave no key', async () => {
    const [hook] = await visitor.hooks()
    await visitor.send('DELETE', hook.uri, { token: tokens.access_token })
    const { token } = (await visitor.control('/calendly/tokens', { user: 'rita@acme.test' })).body
    const personal = { ...tokens, access_token: token }
    await visitor.subscribe(personal, { url: receiver.url, signing_key: undefined })
    await visitor.book()
    const [delivery] = await receiver.until(1)

    assert.equal(delivery?.headers['calendly-webhook-signature'], undefined)
  })

  it('clears the mark of an ended retry run when switched', async () => {
    await visitor.fault({ kind: 'keep-retry-mark', value: false })
    receiver.answer(500)
    await visitor.book()
    await visitor.eventually(ledgerOf(visitor), (tries) => tries.length === 1)
    receiver.answer(200)
    await visitor.advance(5)
    await visitor.eventually(ledgerOf(visitor), (tries) => tries.length === 2)

    assert.equal((await visitor.hooks())[0].retry_started_at, null)
  })

  it('disables a hook through which nothing came for 24 hours', async () => {
    receiver.answer(401)
    await visitor.book()
    await visitor.eventually(ledgerOf(visitor), (tries) => tries.length === 1)
    await visitor.advance(DAY_SECONDS)
    await visitor.eventually(
      () => visitor.hooks(),
      ([hook]) => hook.state === 'disabled',
    )
    await visitor.book()

    const tries = await ledgerOf(visitor)()
    assert.deepEqual(
      tries.map(({ outcome }) => outcome),
      ['retrying', 'gaveUp'],
    )
  })

  it('follows no redirect: a 308 is a failure', async () => {
    receiver.answer(308, { location: receiver.url })
    await visitor.book()
    const [first] = await visitor.eventually(ledgerOf(visitor), (tries) => tries.length === 1)

    assert.deepEqual([first?.status, first?.outcome], [308, 'retrying'])
    assert.equal(receiver.received.length, 1)
  })

  it('does not let one failing message block others', async () => {
    receiver.answer(500)
    await visitor.book()
    await visitor.eventually(ledgerOf(visitor), (tries) => tries.length === 1)
    receiver.answer(200)
    await visitor.book()

    const tries = await visitor.eventually(ledgerOf(visitor), (all) => all.length === 2)
    assert.equal(tries[1]?.outcome, 'delivered')
  })

  it('delivers twice by fault', async () => {
    await visitor.fault({ kind: 'duplicate', times: 1 })
    await visitor.book()
    const [one, other] = await receiver.until(2)

    assert.equal(one?.body, other?.body)
  })

  it('delivers in another order by fault', async () => {
    await visitor.fault({ kind: 'shuffle', seconds: 0.1, times: 2 })
    const first = await visitor.book()
    await visitor.book()
    const received = await receiver.until(2)

    assert.equal(received[1]?.envelope.payload.uri, first.body.invitee.uri)
  })

  it('delays a delivery by fault, by the sandbox clock', async () => {
    await visitor.fault({ kind: 'delay', seconds: 3600, times: 1 })
    const late = await visitor.book()
    await visitor.book()
    await receiver.until(1)
    await visitor.advance(3600)
    const received = await receiver.until(2)

    assert.equal(received[1]?.envelope.payload.uri, late.body.invitee.uri)
  })

  it('loses a delivery by fault, and says so in the ledger', async () => {
    await visitor.fault({ kind: 'lose', times: 1, event: 'invitee.created' })
    const lost = await visitor.book()
    await visitor.book()
    await receiver.until(1)

    const [first] = await ledgerOf(visitor)()
    assert.deepEqual([first?.outcome, first?.invitee], ['lost', lost.body.invitee.uri])
    assert.notEqual(receiver.received[0]?.envelope.payload.uri, lost.body.invitee.uri)
  })

  it('signs a stale second by fault', async () => {
    await visitor.fault({ kind: 'stale-t', seconds: 600, times: 1 })
    await visitor.book()
    const [delivery] = await receiver.until(1)

    assert.equal(signerOf(delivery), KEY)
    assert.ok(timeOf(delivery) <= Date.now() / 1000 - 599)
  })

  it('signs with a wrong key by fault', async () => {
    await visitor.fault({ kind: 'wrong-key', times: 1 })
    await visitor.book()

    assert.equal(signerOf((await receiver.until(1))[0]), undefined)
  })

  it('disables hooks by fault and by control', async () => {
    const [hook] = await visitor.hooks()
    await visitor.control(`/calendly/hooks/${hook.uuid}/disable`, {})
    const disabled = await visitor.hooks()
    await visitor.send('DELETE', hook.uri, { token: tokens.access_token })
    await visitor.subscribe(tokens, { url: receiver.url })
    await visitor.fault({ kind: 'disable', user: 'rita@acme.test' })

    assert.equal(disabled[0].state, 'disabled')
    assert.equal((await visitor.hooks())[0].state, 'disabled')
  })

  it('delivers a burst of 500 bookings, each once', async () => {
    await Promise.all(Array.from({ length: 500 }, () => visitor.book()))
    const received = await receiver.until(500)

    assert.equal(new Set(received.map(({ envelope }) => envelope.payload.uri)).size, 500)
  })
})

function ledgerOf(visitor: Visitor): () => Promise<any[]> {
  return async () => (await visitor.ledger()).deliveries
}

function timeOf(delivery: Received | undefined): number {
  return Number(/t=(\d+)/.exec(String(delivery?.headers['calendly-webhook-signature']))?.[1])
}

/** The known key that made the signature. */
function signerOf(delivery: Received | undefined): string | undefined {
  const header = String(delivery?.headers['calendly-webhook-signature'])
  const text = `${timeOf(delivery)}.${delivery?.body ?? ''}`
  return [KEY, APP_KEY].find((key) =>
    header.endsWith(`,v1=${createHmac('sha256', key).update(text).digest('hex')}`),
  )
}
