import assert from 'node:assert/strict'
import { visit } from '../visitor.ts'
import type { Visitor } from '../visitor.ts'

const PUBLIC = 'https://hooks.test/calendly/1'

describe('calendly sandbox: subscriptions', () => {
  let visitor: Visitor

  beforeEach(async () => {
    visitor = await visit()
  })

  afterEach(() => visitor.sandbox.close())

  it('creates, gets, lists and deletes a hook without ever showing its key', async () => {
    const tokens = await visitor.connect()
    const created = await visitor.subscribe(tokens, { url: PUBLIC })
    const path = new URL(created.body.resource.uri).pathname
    const got = await visitor.send('GET', path, { token: tokens.access_token })
    const gone = await visitor.send('DELETE', path, { token: tokens.access_token })
    const after = await visitor.send('GET', path, { token: tokens.access_token })

    assert.equal(created.status, 201)
    assert.deepEqual(got.body, created.body)
    assert.equal(got.body.resource.callback_url, PUBLIC)
    assert.equal('signing_key' in got.body.resource, false)
    assert.deepEqual([gone.status, after.status], [204, 404])
  })

  it('names missing and unknown parameters', async () => {
    const { access_token: token } = await visitor.connect()
    const url = '/calendly/webhook_subscriptions'
    const answer = await visitor.send('POST', url, { token, json: { url: PUBLIC, colour: 'red' } })

    assert.equal(answer.status, 400)
    assert.equal(answer.body.title, 'Invalid Argument')
    assert.deepEqual(answer.body.details, [
      { parameter: 'events', message: 'is missing' },
      { parameter: 'organization', message: 'is missing' },
      { parameter: 'scope', message: 'is missing' },
      { parameter: 'colour', message: 'is unknown' },
    ])
  })

  it('answers 403 with required_scopes when the token lacks one', async () => {
    const tokens = await visitor.connect('rita@acme.test', 'users:read')
    const answer = await visitor.subscribe(tokens, { url: PUBLIC })

    assert.equal(answer.status, 403)
    assert.equal(answer.body.title, 'Insufficient scope')
    assert.deepEqual(answer.body.required_scopes, ['webhooks:write'])
  })

  it('answers 400, not 403, when the read scope of the event family is missing', async () => {
    const tokens = await visitor.connect('rita@acme.test', 'users:read webhooks:write')
    const answer = await visitor.subscribe(tokens, { url: PUBLIC })

    assert.deepEqual([answer.status, answer.body.title], [400, 'Invalid Argument'])
    assert.equal(answer.body.details[0].parameter, 'events')
  })

  it('takes a scope away by fault', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'scope-missing', user: 'rita@acme.test', scopes: ['users:read'] })

    const me = await visitor.get('/users/me', tokens.access_token)
    assert.deepEqual(me.body.required_scopes, ['users:read'])
  })

  it('lets a write scope read', async () => {
    const tokens = await visitor.connect('rita@acme.test', 'webhooks:write scheduled_events:write')

    assert.equal((await visitor.subscribe(tokens, { url: PUBLIC })).status, 201)
  })

  it('gives legacy tokens the scope default, which may do everything', async () => {
    await visitor.fault({ kind: 'legacy-scopes' })
    const tokens = await visitor.connect('rita@acme.test', '')

    assert.equal(tokens.scope, 'default')
    assert.equal((await visitor.subscribe(tokens, { url: PUBLIC })).status, 201)
  })

  it('allows invitee hooks on the free plan, and refuses the paid families', async () => {
    await visitor.control('/calendly/users', { email: 'f@free.test', name: 'Free', plan: 'free' })
    const scope = 'webhooks:write scheduled_events:read contacts:read'
    const tokens = await visitor.connect('f@free.test', scope)
    const invitees = await visitor.subscribe(tokens, { url: PUBLIC })
    const contacts = await visitor.subscribe(tokens, {
      url: `${PUBLIC}/contacts`,
      events: ['contact.created'],
    })

    assert.equal(invitees.status, 201)
    assert.equal(contacts.body.message, 'Please upgrade to a paid Calendly account.')
  })

  it('refuses free plans with either older message when switched', async () => {
    await visitor.control('/calendly/users', { email: 'f@free.test', name: 'Free', plan: 'free' })
    const tokens = await visitor.connect('f@free.test')
    await visitor.fault({ kind: 'legacy-plans', value: 'standard', times: 1 })
    const standard = await visitor.subscribe(tokens, { url: PUBLIC })
    await visitor.send('DELETE', '/control/faults')
    await visitor.fault({ kind: 'legacy-plans', value: 'professional' })
    const professional = await visitor.subscribe(tokens, { url: PUBLIC })

    assert.deepEqual(
      [standard.body.message, professional.body.message],
      [
        'Please upgrade your Calendly account to Standard',
        'Please upgrade your Calendly account to Professional',
      ],
    )
  })

  it('refuses a plan by fault, in today’s words', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'plan-refused', user: 'rita@acme.test', times: 1 })
    const refused = await visitor.subscribe(tokens, { url: PUBLIC })

    assert.equal(refused.status, 403)
    assert.equal(refused.body.message, 'Please upgrade to a paid Calendly account.')
    assert.equal((await visitor.subscribe(tokens, { url: PUBLIC })).status, 201)
  })

  it('lets owners hook the organization, and plain members only themselves', async () => {
    const rita = await visitor.connect('rita@acme.test')
    const omar = await visitor.connect('omar@acme.test')
    const events = ['invitee.created']
    const owner = await visitor.subscribe(rita, { url: PUBLIC, scope: 'organization', events })
    const member = await visitor.subscribe(omar, { url: `${PUBLIC}/2`, scope: 'organization' })
    const own = await visitor.subscribe(omar, { url: `${PUBLIC}/3` })

    assert.deepEqual([owner.status, owner.body.resource.user], [201, null])
    assert.deepEqual([member.status, member.body.message], [403, 'You do not have permission'])
    assert.equal(own.status, 201)
  })

  it('lets an admin who is no owner hook the organization', async () => {
    const ada = { email: 'ada@acme.test', name: 'Ada', organization: 'Acme', role: 'admin' }
    await visitor.control('/calendly/users', ada)
    const tokens = await visitor.connect(ada.email)
    const hook = await visitor.subscribe(tokens, { url: PUBLIC, scope: 'organization' })

    assert.deepEqual([hook.status, hook.body.resource.creator], [201, tokens.owner])
  })

  it('makes a plain member of an owner by the role fault', async () => {
    const rita = await visitor.connect('rita@acme.test')
    await visitor.fault({ kind: 'role', user: 'rita@acme.test', role: 'user' })

    assert.equal(
      (await visitor.subscribe(rita, { url: PUBLIC, scope: 'organization' })).status,
      403,
    )
  })

  it('refuses a user hook for somebody else, whoever asks', async () => {
    const rita = await visitor.connect('rita@acme.test')
    const { owner: omar } = await visitor.connect('omar@acme.test')
    const { owner: lena } = await visitor.connect('lena@solo.test')
    const colleague = await visitor.subscribe(rita, { url: PUBLIC, user: omar })
    const stranger = await visitor.subscribe(rita, { url: PUBLIC, user: lena })

    assert.equal(colleague.body.message, 'You do not have permission')
    assert.equal(stranger.body.message, 'You do not have permission to access this resource.')
  })

  it('words every refusal of a listing', async () => {
    const rita = await visitor.connect('rita@acme.test')
    const omar = await visitor.connect('omar@acme.test')
    const list = (token: string, query: Record<string, string>) =>
      visitor.get(`/webhook_subscriptions?${new URLSearchParams(query).toString()}`, token)
    const { organization } = rita
    const foreign = await list(omar.access_token, { organization: 'x/1', scope: 'organization' })
    const role = await list(omar.access_token, { organization, scope: 'organization' })
    const other = await list(omar.access_token, { organization, scope: 'user', user: rita.owner })

    assert.deepEqual(
      [foreign.body.message, role.body.message, other.body.message],
      [
        'You do not have permission',
        'You do not have permission to access this resource.',
        'Unauthorized',
      ],
    )
  })

  it('refuses a URL that is hooked anywhere, by exact string', async () => {
    const rita = await visitor.connect('rita@acme.test')
    const lena = await visitor.connect('lena@solo.test')
    await visitor.subscribe(rita, { url: PUBLIC })
    const clash = await visitor.subscribe(lena, { url: PUBLIC })
    const slash = await visitor.subscribe(lena, { url: `${PUBLIC}/` })

    assert.equal(clash.status, 409)
    assert.deepEqual(clash.body, {
      title: 'Already Exists',
      message: 'Hook with this url already exists',
    })
    assert.equal(slash.status, 201)
  })

  it('refuses a URL only within its organization when switched', async () => {
    const rita = await visitor.connect('rita@acme.test')
    const omar = await visitor.connect('omar@acme.test')
    const lena = await visitor.connect('lena@solo.test')
    await visitor.fault({ kind: 'unique-urls', value: 'organization' })
    await visitor.subscribe(rita, { url: PUBLIC })

    assert.equal((await visitor.subscribe(lena, { url: PUBLIC })).status, 201)
    assert.equal((await visitor.subscribe(omar, { url: PUBLIC })).status, 409)
  })

  it('takes https only and refuses localhost when the callback policy is strict', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'callbacks', value: 'https' })
    const plain = await visitor.subscribe(tokens, { url: 'http://hooks.test/1' })
    const local = await visitor.subscribe(tokens, { url: 'https://localhost/1' })
    const good = await visitor.subscribe(tokens, { url: PUBLIC })

    assert.deepEqual(plain.body.details, [{ parameter: 'url', message: 'must use https' }])
    assert.equal(local.status, 400)
    assert.equal(good.status, 201)
  })

  it('takes http but no localhost when the policy says http', async () => {
    const tokens = await visitor.connect()
    await visitor.fault({ kind: 'callbacks', value: 'http' })

    assert.equal((await visitor.subscribe(tokens, { url: 'http://hooks.test/1' })).status, 201)
    assert.equal((await visitor.subscribe(tokens, { url: 'http://127.0.0.1:1/' })).status, 400)
  })
})
