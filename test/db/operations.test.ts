import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { newId } from '../../db/ids.ts'
import { want } from '../../db/integrations.ts'
import {
  beginExchange,
  consumeState,
  createOperation,
  finishOperation,
  finishUpTo,
  openOperation,
  readOperation,
} from '../../db/operations.ts'
import type { TenantTx } from '../../db/tenant.ts'
import { aTenant, openWorld, type Tenant, type World } from './world.ts'

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()

describe('operations', () => {
  let world: World
  let tenant: Tenant
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (tenant = await aTenant(world)))

  const inTenant = <T>(work: (tx: TenantTx) => Promise<T>) =>
    world.database.withTenant(tenant.organizationId, work)
  const make = async (told: { kind?: 'connect' | 'disconnect'; lives?: number } = {}) => {
    const { kind = 'connect', lives = 600_000 } = told
    const id = newId()
    await inTenant((tx) =>
      createOperation(tx, {
        id,
        kind,
        provider: 'calendly',
        userId: tenant.userId,
        ...(kind === 'connect'
          ? { ticketHash: hash(id) }
          : { integrationId: tenant.integrationId }),
        expiresAt: new Date(Date.now() + lives),
      }),
    )
    return id
  }
  const openIt = (id: string, browser = 'browser') =>
    inTenant((tx) =>
      openOperation(tx, {
        id,
        browserHash: hash(browser),
        stateHash: hash(`state ${id}`),
        codeVerifier: 'verifier',
      }),
    )
  const consume = (id: string, browser = 'browser') =>
    inTenant((tx) =>
      consumeState(tx, {
        id,
        stateHash: hash(`state ${id}`),
        browserHash: hash(browser),
        code: 'code',
      }),
    )

  it('is found by ticket and by state before the tenant is known', async () => {
    const id = await make()
    await openIt(id)

    const found = [
      await world.database.directory.operationByTicket(hash(id)),
      await world.database.directory.operationByState(hash(`state ${id}`)),
      await world.database.directory.operationByState(hash('other')),
    ]

    const ref = { organizationId: tenant.organizationId, operationId: id }
    assert.deepEqual(found, [ref, ref, undefined])
  })

  it('lets one of twenty parallel callbacks consume the state', async () => {
    const id = await make()
    await openIt(id)

    const answers = await Promise.all(Array.from({ length: 20 }, () => consume(id)))

    assert.equal(answers.filter((one) => one === 'consumed').length, 1)
    assert.equal(answers.filter((one) => one === 'used').length, 19)
  })

  it('refuses another browser, and leaves the state to the right one', async () => {
    const id = await make()
    await openIt(id)

    const answers = [await openIt(id, 'other'), await consume(id, 'other'), await consume(id)]

    assert.deepEqual(answers, ['otherBrowser', 'otherBrowser', 'consumed'])
  })

  it('refuses an expired operation', async () => {
    const id = await make({ lives: -1 })

    assert.equal(await openIt(id), 'expired')
  })

  it('hands the code out once, sealed until then', async () => {
    const id = await make()
    await openIt(id)
    await consume(id)
    const { rows } = await world.owner.query(
      'select code, code_verifier from operation where id = $1',
      [id],
    )

    const begun = await Promise.all(
      Array.from({ length: 10 }, () => inTenant((tx) => beginExchange(tx, id))),
    )

    assert.match(rows[0].code, /^s1\.test\./)
    assert.match(rows[0].code_verifier, /^s1\.test\./)
    assert.deepEqual(
      begun.filter((one) => one !== 'already'),
      [
        {
          code: 'code',
          codeVerifier: 'verifier',
          provider: 'calendly',
          scope: 'user',
          userId: tenant.userId,
          integrationId: null,
        },
      ],
    )
  })

  it('is offered to the relay only when it can run and nobody has started it', async () => {
    const [waiting, ready] = [await make(), await make({ kind: 'disconnect' })]
    await world.owner.query(`update operation set ready_at = ready_at - interval '1 minute'`)

    const found = await world.database.directory.unstartedOperations(100)

    const ids = found.map(({ operationId }) => operationId)
    assert.deepEqual([ids.includes(waiting), ids.includes(ready)], [false, true])
  })

  it('keeps the first ending', async () => {
    const id = await make()
    const report = { reason: null, nextStep: null } as const

    const ended = await inTenant(async (tx) => [
      await finishOperation(tx, id, { outcome: 'failed', ...report }),
      await finishOperation(tx, id, { outcome: 'live', ...report }),
    ])

    assert.deepEqual(ended, [true, false])
    assert.equal((await inTenant((tx) => readOperation(tx, id)))?.outcome, 'failed')
  })

  it('gives the outcome to the newest operation and calls the older ones superseded', async () => {
    const ids = [await make({ kind: 'disconnect' }), await make({ kind: 'disconnect' })]
    const { integrationId } = tenant
    const revisions = await inTenant(async (tx) => {
      const made: number[] = []
      for (const operationId of ids)
        made.push(await want(tx, { integrationId, wanted: 'disconnected', operationId }))
      const revision = made.at(-1) ?? 0
      await finishUpTo(tx, {
        integrationId,
        revision,
        outcome: 'disconnected',
        reason: null,
        nextStep: null,
      })
      return made
    })

    const ended = await inTenant((tx) => Promise.all(ids.map((id) => readOperation(tx, id))))

    assert.deepEqual(revisions, [1, 2])
    assert.deepEqual(
      ended.map((one) => one?.outcome),
      ['superseded', 'disconnected'],
    )
  })
})
