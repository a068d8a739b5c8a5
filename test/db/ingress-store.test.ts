import assert from 'node:assert/strict'
import { adoptUnrouted } from '../../db/unrouted.ts'
import { aDelivery, aTenant, openWorld, type Tenant, type World } from './world.ts'

const outcomes = (answers: readonly { outcome: string }[]) => answers.map((one) => one.outcome)

describe('ingress store', () => {
  let world: World
  let tenant: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (tenant = await aTenant(world)))

  const accept = (...deliveries: Parameters<World['ingress']['acceptEvents']>[0]) =>
    world.ingress.acceptEvents(deliveries)
  const rowsOf = async ({ organizationId }: Tenant) =>
    (
      await world.owner.query(
        `select dedupe_key, status, reason, headers, body, started_at is not null as started
         from inbound_event where organization_id = $1 order by received_at, id`,
        [organizationId],
      )
    ).rows
  const setIntegration = (text: string) =>
    world.owner.query(`update integration set ${text} where id = $1`, [tenant.integrationId])
  const setSubscription = (text: string) =>
    world.owner.query(`update subscription set ${text} where endpoint = $1`, [tenant.endpoint])

  it('answers the opened key of an endpoint, and nothing for one that nobody issued', async () => {
    const holder = await world.ingress.endpointKeys(tenant.endpoint)
    const unknown = await world.ingress.endpointKeys('x'.repeat(32))

    assert.equal(holder?.integrationId, tenant.integrationId)
    assert.match(holder?.signingKey ?? '', /^[\w-]{43}$/)
    assert.equal(unknown, undefined)
  })

  it('answers at most eight keys for an account, and none of other accounts', async () => {
    const found = await world.ingress.keysForAccount(
      (await world.ingress.endpointKeys(tenant.endpoint))?.accountUserUri ?? '',
    )

    assert.deepEqual(
      found.map(({ endpoint }) => endpoint),
      [tenant.endpoint],
    )
    assert.deepEqual(await world.ingress.keysForAccount('user:nobody'), [])
  })

  it('stores the bytes as they came, with the few headers that help', async () => {
    const body = Buffer.from([0, 255, 1])

    const answers = await accept({ ...aDelivery(tenant.endpoint, 'k'), body })

    const [row] = await rowsOf(tenant)
    assert.deepEqual(outcomes(answers), ['stored'])
    assert.deepEqual([row.status, row.started], ['received', false])
    assert.deepEqual(row.body, body)
    assert.deepEqual(row.headers, { 'user-agent': 'provider' })
  })

  it('answers each delivery of a mixed batch in its place, in one round trip', async () => {
    const other = await aTenant(world)
    await accept(aDelivery(tenant.endpoint, 'old'))

    const answers = await accept(
      aDelivery('unknown'.repeat(4), 'a'),
      aDelivery(tenant.endpoint, 'old'),
      aDelivery(tenant.endpoint, 'old', 'changed'),
      aDelivery(tenant.endpoint, 'new'),
      aDelivery(tenant.endpoint, 'new'),
      aDelivery(other.endpoint, 'new'),
    )

    assert.deepEqual(outcomes(answers), ['unknown', 'copy', 'conflict', 'stored', 'copy', 'stored'])
    assert.deepEqual(
      answers.map((one) => ('organizationId' in one ? one.organizationId : null)),
      [null, tenant, tenant, tenant, tenant, other].map((one) => one?.organizationId ?? null),
    )
  })

  it('keeps a known key with another content in quarantine, once', async () => {
    await accept(aDelivery(tenant.endpoint, 'k'))

    const first = await accept(aDelivery(tenant.endpoint, 'k', 'forged'))
    const again = await accept(aDelivery(tenant.endpoint, 'k', 'forged'))

    const rows = await rowsOf(tenant)
    assert.deepEqual(
      rows.map(({ status }) => status),
      ['received', 'quarantined'],
    )
    assert.equal(rows[1].body.toString(), 'forged')
    assert.deepEqual(first, again)
  })

  it('stores one row for fifty copies at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => accept(aDelivery(tenant.endpoint, 'k'))),
    )

    assert.equal(outcomes(answers.flat()).filter((one) => one === 'stored').length, 1)
    assert.equal(outcomes(answers.flat()).filter((one) => one === 'copy').length, 49)
    assert.equal((await rowsOf(tenant)).length, 1)
  })

  it('marks what the caller starts itself, so that the relay leaves it alone', async () => {
    await accept(
      { ...aDelivery(tenant.endpoint, 'mine'), claimed: true },
      aDelivery(tenant.endpoint, 'yours'),
    )

    const backlog = await world.database.directory.claimBacklog(10)
    const again = await world.database.directory.claimBacklog(10)

    const own = backlog.filter(({ organizationId }) => organizationId === tenant.organizationId)
    assert.deepEqual([own.length, again.length], [1, 0])
  })

  it('gives each event of the backlog to one of many callers', async () => {
    await accept(...Array.from({ length: 60 }, (_, n) => aDelivery(tenant.endpoint, `k${n}`)))

    const taken = await Promise.all(
      Array.from({ length: 6 }, () => world.database.directory.claimBacklog(20)),
    )

    const ids = taken.flat().map(({ eventId }) => eventId)
    assert.deepEqual([ids.length, new Set(ids).size], [60, 60])
  })

  it('knows while deliveries pour in, and that they have stopped once all are taken', async () => {
    const { directory } = world.database
    await directory.claimBacklog(100)
    assert.equal(await directory.isPouringIn(60_000), false)

    await accept(aDelivery(tenant.endpoint, 'k'))

    assert.equal(await directory.isPouringIn(60_000), true)
    assert.equal(await directory.isPouringIn(0), false)
    await directory.claimBacklog(100)
    assert.equal(await directory.isPouringIn(60_000), false)
  })

  it('finds again what was claimed and never finished', async () => {
    await accept({ ...aDelivery(tenant.endpoint, 'k'), claimed: true })
    const { directory } = world.database

    const fresh = await directory.unfinishedEvents({ startedForMs: 60_000, limit: 1_000 })
    const old = await directory.unfinishedEvents({ startedForMs: 0, limit: 1_000 })

    const isOurs = ({ organizationId }: { organizationId: string }) =>
      organizationId === tenant.organizationId
    assert.deepEqual([fresh.filter(isOurs).length, old.filter(isOurs).length], [0, 1])
  })

  it('sets aside what is authentic but not understood', async () => {
    await accept({ ...aDelivery(tenant.endpoint, 'k'), quarantine: 'notJson at $', claimed: false })

    const [row] = await rowsOf(tenant)
    assert.deepEqual([row.status, row.reason], ['quarantined', 'notJson at $'])
  })

  it('holds deliveries while the integration is paused', async () => {
    await setIntegration(`wanted = 'paused'`)

    await accept({ ...aDelivery(tenant.endpoint, 'k'), claimed: true })

    const [row] = await rowsOf(tenant)
    assert.deepEqual([row.status, row.started], ['held', false])
  })

  it('releases what was held in the very moment of the resume, and nothing while paused', async () => {
    await setIntegration(`wanted = 'paused'`)
    await accept(aDelivery(tenant.endpoint, 'k'))
    const { directory } = world.database
    const whilePaused = await directory.releaseStrays(100)
    await setIntegration(`wanted = 'connected', observed_revision = wanted_revision - 1`)
    const whileResuming = await directory.releaseStrays(100)
    await setIntegration(`observed_revision = wanted_revision`)

    const afterwards = await directory.releaseStrays(100)

    const [row] = await rowsOf(tenant)
    assert.deepEqual([whilePaused, whileResuming, afterwards], [0, 0, 1])
    assert.deepEqual([row.status, row.started], ['received', false])
  })

  it('drops deliveries of a disconnected integration and counts them', async () => {
    await setIntegration(`wanted = 'disconnected', status = 'disconnecting'`)

    const answers = await accept(aDelivery(tenant.endpoint, 'a'), aDelivery(tenant.endpoint, 'b'))

    const counts = await world.database.directory.rejectionCounts(new Date(Date.now() - 86_400_000))
    assert.deepEqual(outcomes(answers), ['retired', 'retired'])
    assert.deepEqual(await rowsOf(tenant), [])
    assert.ok((counts.find(({ reason }) => reason === 'retired')?.count ?? 0) >= 2)
  })

  it('takes deliveries of a retired generation for 48 hours and no longer', async () => {
    await setSubscription(`state = 'retired', retired_at = now() - interval '47 hours'`)
    const inTime = await accept(aDelivery(tenant.endpoint, 'a'))

    await setSubscription(`retired_at = now() - interval '49 hours'`)
    const late = await accept(aDelivery(tenant.endpoint, 'b'))

    assert.deepEqual([...outcomes(inTime), ...outcomes(late)], ['stored', 'retired'])
  })

  it('notes the last delivery at most once in a few seconds', async () => {
    const last = async () =>
      (
        await world.owner.query('select last_delivery_at from integration where id = $1', [
          tenant.integrationId,
        ])
      ).rows[0].last_delivery_at
    await accept(aDelivery(tenant.endpoint, 'a'))
    const first = await last()

    await accept(aDelivery(tenant.endpoint, 'b'))

    assert.ok(first instanceof Date)
    assert.deepEqual(await last(), first)
  })

  it('counts refusals by reason, and starts anew with a verified delivery', async () => {
    const { endpoint } = tenant
    const failures = async () =>
      (
        await world.owner.query(
          'select verify_failures, rejections from subscription where endpoint = $1',
          [endpoint],
        )
      ).rows[0]
    await world.ingress.countRejection({
      endpoint,
      provider: 'calendly',
      reason: 'mismatch',
      count: 3,
    })
    await world.ingress.countRejection({ provider: 'calendly', reason: 'missing' })
    const before = await failures()

    await accept(aDelivery(endpoint, 'k'))

    assert.deepEqual(before, { verify_failures: 3, rejections: { mismatch: 3 } })
    assert.equal((await failures()).verify_failures, 0)
  })

  it('keeps mail of nobody once, until its account is connected', async () => {
    const { rows } = await world.owner.query(
      'select provider_user_uri as uri from integration where id = $1',
      [tenant.integrationId],
    )
    const { endpoint: _, ...delivery } = aDelivery('', 'k')
    const unrouted = { ...delivery, provider: 'calendly', accountUris: [rows[0].uri] } as const

    const kept = [
      await world.ingress.keepUnrouted(unrouted),
      await world.ingress.keepUnrouted(unrouted),
    ]
    const adopted = await world.database.withTenant(tenant.organizationId, (tx) =>
      adoptUnrouted(tx, tenant.integrationId),
    )

    assert.deepEqual(kept, [true, false])
    assert.equal(adopted, 1)
    assert.deepEqual(
      (await rowsOf(tenant)).map(({ status }) => status),
      ['received'],
    )
  })
})
