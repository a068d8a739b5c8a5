import assert from 'node:assert/strict'
import { Client, Connection } from '@temporalio/client'
import pg from 'pg'
import { openTokens } from '../../db/credentials.ts'
import { type Database, openDatabase } from '../../db/database.ts'
import { parseKeyRing } from '../../db/key-ring.ts'
import { openSigningKey } from '../../db/subscriptions.ts'
import { type Listener, listen } from '../../dev/demo/listener.ts'
import { until } from '../../dev/demo/until.ts'
import { type Stack, startStack } from '../../dev/stack.ts'
import { signed } from '../support/calendly-payloads.ts'
import { everythingIn } from '../support/database-scan.ts'
import * as run from './canary-run.ts'
import { everyLog, everythingInTemporal, hitsIn } from './canary-scan.ts'

/** What a member who connected nothing, and another organization's admin, may ask for. */
const LISTS = ['integrations', 'prospects', 'meetings', 'events', 'parked', 'debts', 'gaps']
/** Where people stand: rows about bookings and accounts, and what is said of them to sockets. */
const ABOUT_PEOPLE =
  /^(prospect|meeting|meeting_invitee|meeting_slot|meeting_host|inbound_event|integration|credential|outbox)\./

interface Report {
  readonly users: readonly { readonly chain: readonly { readonly sha256: string }[] }[]
}

describe('canaries in a real run', function canarySuite() {
  this.timeout(180_000)
  let stack: Stack
  let owner: pg.Pool
  let database: Database
  let rita: run.Hands
  const listeners: Listener[] = []
  const secrets: Record<string, string[]> = {}
  const tokens = { rita: '', colleague: '', stranger: '' }
  const answers = new Map<string, string>()

  before(async () => {
    stack = await startStack({ env: { LOG_LEVEL: 'debug' } })
    owner = new pg.Pool({ connectionString: stack.urls.database.owner, max: 2 })
    owner.on('error', () => {})
    database = await openDatabase({
      url: stack.urls.database.app,
      keyRing: parseKeyRing(stack.secrets.ENCRYPTION_KEYS),
    })
    tokens.rita = await stack.token({ sub: 'rita', org: 'acme', role: 'admin' })
    tokens.colleague = await stack.token({ sub: 'carl', org: 'acme', role: 'member' })
    tokens.stranger = await stack.token({ sub: 'hank', org: 'globex', role: 'admin' })
    rita = run.handsOf(stack.urls, tokens.rita)
    for (const token of [tokens.colleague, tokens.stranger])
      listeners.push(await listen({ url: stack.urls.api, token }))
    await live()
  })
  after(async () => {
    await Promise.all(listeners.map((listener) => listener.stop()))
    await database?.close()
    await owner?.end()
    await stack?.stop()
  })

  const keep = (name: string, ...texts: readonly string[]): void => {
    assert.ok(
      texts.every((text) => text.length >= 8),
      `${name} is too short to be told from chance`,
    )
    secrets[name] = [...(secrets[name] ?? []), ...texts.flatMap(run.formsOf)]
  }

  /** Connect, book, move, cancel, fail, be unreadable, reconnect, disconnect. */
  async function live(): Promise<void> {
    const program = { name: 'a program', role: 'member' }
    const made = await rita.post<{ key: string }>('api-keys', program)
    keep('api key', made.key)
    keep('bearer token', tokens.rita.split('.')[2] ?? '')
    keep('key of Cal.com', run.CAL_KEY)
    await rita.control('calendly/users', { email: run.HOST, name: 'Canary Hostname' })
    const { integrationId, code, state, ticket, cookie } = await run.consent(rita)
    keep('code', code)
    keep('state', state)
    keep('ticket', ticket)
    keep('browser secret', cookie)
    await run.bookMoveCancel(rita)
    await deliverUnreadable(integrationId)
    await rita.post('integrations/calcom/connect', { apiKey: run.CAL_KEY }).catch(() => undefined)
    await keepSealed(integrationId)
    for (const kind of ['500', 'broken-body'])
      await rita.control('faults', {
        provider: 'calendly',
        kind,
        route: 'GET /webhook_subscriptions',
        times: 1,
      })
    await rita.post(`integrations/${integrationId}/reconnect`)
    await keepSealed(integrationId)
    for (const [name, token] of Object.entries(tokens).filter(([who]) => who !== 'rita'))
      for (const list of LISTS)
        answers.set(`${list} to ${name}`, await (await ask(`/api/${list}`, token)).text())
    answers.set(
      'the integration to stranger',
      await (await ask(`/api/integrations/${integrationId}`, tokens.stranger)).text(),
    )
    await rita.post(`integrations/${integrationId}/disconnect`)
    await until(
      () => rita.get<{ status: string }>(`integrations/${integrationId}`),
      ({ status }) => status === 'disconnected',
      30_000,
    )
  }

  const ask = (path: string, token: string): Promise<Response> =>
    fetch(`${stack.urls.api}${path}`, { headers: { authorization: `Bearer ${token}` } })

  const organizationOf = async (integrationId: string): Promise<string> =>
    (
      await owner.query('select organization_id as id from integration where id = $1', [
        integrationId,
      ])
    ).rows[0].id

  /** Opens what is sealed now; the sandbox, which gave it, must know it by its hash. */
  async function keepSealed(integrationId: string): Promise<void> {
    const organizationId = await organizationOf(integrationId)
    await database.withTenant(organizationId, async (tx) => {
      const held = await openTokens(tx, { integrationId, role: 'current' })
      const { users } = await rita.control<Report>('calendly/tokens')
      const known = new Set(users.flatMap(({ chain }) => chain.map(({ sha256 }) => sha256)))
      for (const token of [held?.accessToken ?? '', held?.refreshToken ?? '']) {
        assert.ok(known.has(run.sha256(token)), 'the sandbox has given this token')
        keep('token', token)
      }
    })
  }

  async function deliverUnreadable(integrationId: string): Promise<void> {
    const { callback_url: url } = await rita.get<{ callback_url: string }>(
      `integrations/${integrationId}`,
    )
    const organizationId = await organizationOf(integrationId)
    const body = Buffer.from(`{"event":"invitee.created","payload":{"email":"${run.GUEST.email}",`)
    const key = await database.withTenant(organizationId, async (tx) => {
      const { rows } = await owner.query<{ generation: number }>(
        'select max(generation) as generation from subscription where integration_id = $1',
        [integrationId],
      )
      const generation = rows[0]?.generation ?? 0
      return (await openSigningKey(tx, { integrationId, generation })).signingKey
    })
    keep('signing key', key)
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'calendly-webhook-signature': signed(key, { t: Math.floor(Date.now() / 1_000), body }),
      },
      body,
    })
    assert.equal(answer.status, 200)
    await until(
      async () =>
        (await owner.query(`select 1 from inbound_event where status = 'quarantined'`)).rowCount,
      (count) => count === 1,
      20_000,
    )
  }

  const people = { host: [run.HOST], guest: [run.GUEST.email], name: [run.GUEST.name] }
  const inTemporal = async (): Promise<Map<string, string>> => {
    const connection = await Connection.connect({ address: stack.urls.temporal })
    const places = await everythingInTemporal(new Client({ connection }))
    await connection.close()
    return places
  }

  it('has planted every canary, and met each where it must be', () => {
    assert.deepEqual(Object.keys(secrets).toSorted(), [
      'api key',
      'bearer token',
      'browser secret',
      'code',
      'key of Cal.com',
      'signing key',
      'state',
      'ticket',
      'token',
    ])
  })

  it('finds none in Temporal: histories, failures, ids, search attributes, memos', async () => {
    const places = await inTemporal()

    const kinds = new Set([...places.keys()].map((place) => place.split(/[ :]/)[0]))
    for (const kind of ['connect', 'event', 'integration', 'disconnect', 'reconnect'])
      assert.ok(kinds.has(kind), `no ${kind} among ${[...kinds].join()}`)
    assert.deepEqual(hitsIn(places, { ...secrets, ...people }), [])
  })

  it('finds none in any log of api and worker, at the chattiest level', async () => {
    const places = await everyLog(stack.home)
    const ours = new Map([...places].filter(([name]) => /log (api|worker)/.test(name)))

    assert.ok([...ours.values()].every((text) => text.length > 500))
    assert.deepEqual(hitsIn(ours, { ...secrets, ...people }), [])
  })

  it('finds no secret in the clear anywhere in the database', async () => {
    const places = new Map<string, string>()
    for (const [at, { column, text }] of (await everythingIn(owner)).entries())
      places.set(`${column} ${at}`, text)

    assert.deepEqual(hitsIn(places, secrets), [])
  })

  it('finds people in the database only where they belong', async () => {
    const stored = await everythingIn(owner)
    const places = new Map(stored.map(({ column, text }, at) => [`${column} ${at}`, text]))

    const hits = hitsIn(places, people)

    const odd = hits.filter(({ place }) => !ABOUT_PEOPLE.test(place))
    assert.ok(hits.some(({ place }) => place.startsWith('prospect.email')))
    assert.deepEqual(odd, [])
  })

  it('finds none in answers and frames to a colleague without sight and to a stranger', async () => {
    const frames = listeners.map((listener, at) => [
      `frames of ${at}`,
      JSON.stringify(listener.frames().filter(({ event }) => event !== 'ready')),
    ])
    const heard = new Map(frames as [string, string][])

    assert.ok(answers.size >= LISTS.length * 2)
    assert.deepEqual(hitsIn(new Map([...answers, ...heard]), { ...secrets, ...people }), [])
  })
})
