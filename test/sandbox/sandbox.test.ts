import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startReceiver } from './receiver.ts'
import { visit } from './visitor.ts'

describe('sandbox: state, ledger and faults', () => {
  it('goes on after a restart: people, tokens, hooks, bookings, clock and waiting retries', async () => {
    const home = await mkdtemp(join(tmpdir(), 'sandbox-'))
    const receiver = await startReceiver()
    receiver.answer(503)
    const before = await visit({ home })
    const tokens = await before.connect()
    await before.subscribe(tokens, { url: receiver.url })
    const booked = (await before.book()).body
    await before.eventually(
      () => before.ledger(),
      ({ deliveries }) => deliveries.length === 1,
    )
    await before.advance(1)
    await before.sandbox.close()

    receiver.answer(200)
    const after = await visit({ home, port: before.sandbox.port })
    await after.advance(3600)
    const retried = await receiver.until(2)

    assert.equal(retried[1]?.envelope.payload.uri, booked.invitee.uri)
    assert.equal((await after.refresh(tokens.refresh_token)).status, 200)
    assert.equal((await after.hooks()).length, 1)
    await after.eventually(
      () => after.ledger(),
      ({ deliveries }) => deliveries.length === 2,
    )
    assert.equal((await after.ledger()).bookings[0].invitee, booked.invitee.uri)
    await after.sandbox.close()
    const lines = (await readFile(join(home, 'ledger.jsonl'), 'utf8')).trim().split('\n')
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { kind: string }).kind),
      ['booking', 'delivery', 'delivery'],
    )
    assert.ok(!(await readFile(join(home, 'state.jsonl'), 'utf8')).includes(tokens.refresh_token))
    await receiver.close()
    await rm(home, { recursive: true })
  })

  it('answers with any fault asked for, as often as asked for, on that route and user only', async () => {
    const visitor = await visit()
    const { access_token } = await visitor.connect()
    const me = () => visitor.get('/users/me', access_token)
    const route = 'GET /users/me'
    await visitor.fault({ kind: '429', route, times: 1, user: 'rita@acme.test' })
    await visitor.fault({ kind: '500', route, times: 1 })
    await visitor.fault({ kind: 'status', route, times: 1, status: 403, body: { message: 'no' } })
    await visitor.fault({ kind: '500', route, user: 'omar@acme.test' })

    const answers = [await me(), await me(), await me(), await me()]

    assert.deepEqual(
      answers.map(({ status }) => status),
      [429, 500, 403, 200],
    )
    assert.deepEqual(answers[2]?.body, { message: 'no' })
    await visitor.sandbox.close()
  })

  it('hangs, breaks the body, or drops the answer after executing', async () => {
    const visitor = await visit()
    const tokens = await visitor.connect()
    const route = 'POST /webhook_subscriptions'
    await visitor.fault({ kind: 'drop', route, times: 1 })
    await assert.rejects(visitor.subscribe(tokens, { url: 'https://hooks.test/1' }))
    await visitor.fault({ kind: 'broken-body', route, times: 1 })
    await assert.rejects(visitor.subscribe(tokens, { url: 'https://hooks.test/2' }), SyntaxError)
    await visitor.fault({ kind: 'hang', route, times: 1, seconds: 0.2 })
    const start = performance.now()
    const slow = await visitor.subscribe(tokens, { url: 'https://hooks.test/3' })

    assert.equal(slow.status, 201)
    assert.ok(performance.now() - start >= 190)
    assert.equal((await visitor.hooks()).length, 3)
    await visitor.sandbox.close()
  })

  it('lists and forgets faults, and refuses unknown kinds', async () => {
    const visitor = await visit()
    await visitor.fault({ kind: 'lose' })
    const unknown = await visitor.fault({ kind: 'flood' })
    const listed = await visitor.send('GET', '/control/faults')
    await visitor.send('DELETE', '/control/faults')
    const emptied = await visitor.send('GET', '/control/faults')

    assert.equal(unknown.status, 400)
    assert.equal(listed.body.faults.length, 1)
    assert.deepEqual(emptied.body.faults, [])
    await visitor.sandbox.close()
  })

  it('counts requests by route and user, and token calls by minute', async () => {
    const visitor = await visit()
    const tokens = await visitor.connect()
    await visitor.get('/users/me', tokens.access_token)
    await visitor.refresh(tokens.refresh_token)
    const { body } = await visitor.send('GET', '/control/requests')

    const me = body.routes.find(({ route }: { route: string }) => route === 'GET /users/me')
    assert.deepEqual([me.user, me.count], ['rita@acme.test', 1])
    assert.deepEqual(body.tokenCalls, [{ user: 'rita@acme.test', count: 2, maxPerMinute: 2 }])
    await visitor.sandbox.close()
  })

  it('shows tokens by hash only', async () => {
    const visitor = await visit()
    const tokens = await visitor.connect()
    const { body } = await visitor.send('GET', '/control/calendly/tokens')

    const text = JSON.stringify(body)
    assert.ok(!text.includes(tokens.refresh_token) && !text.includes(tokens.access_token))
    const rita = body.users.find((row: { email: string }) => row.email === 'rita@acme.test')
    assert.deepEqual([rita.live_access, rita.live_refresh, rita.chain.length], [1, 1, 2])
    await visitor.sandbox.close()
  })

  it('creates people in a known or a new organization', async () => {
    const visitor = await visit()
    const create = (email: string, organization?: string) =>
      visitor.control('/calendly/users', { email, name: 'New', organization })
    const colleague = await create('a@acme.test', 'Acme')
    const alone = await create('b@alone.test')
    const taken = await create('a@acme.test')

    assert.deepEqual([colleague.status, colleague.body.role], [201, 'user'])
    assert.deepEqual([alone.body.role, taken.status], ['owner', 409])
    assert.notEqual(colleague.body.slug, alone.body.slug)
    await visitor.sandbox.close()
  })
})
