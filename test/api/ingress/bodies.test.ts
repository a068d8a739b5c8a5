import assert from 'node:assert/strict'
import { signed } from '../../support/calendly-payloads.ts'
import { freshBody, nowSeconds, openDoor } from './door.ts'
import type { Door } from './door.ts'

const changed = (from: string, to: string): Buffer =>
  Buffer.from(freshBody().toString().replace(from, to))

describe('webhook bodies', () => {
  let door: Door
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  /** Promises that another body under the signature of this one is refused and not stored. */
  async function refusesInstead(body: Buffer, others: readonly Buffer[]): Promise<void> {
    const rows = await door.rows()
    const signature = signed(door.tenant.signingKey, { t: nowSeconds(), body })
    for (const other of others) {
      assert.notDeepEqual(other, body)
      assert.equal((await door.knock({ body: other, signature })).status, 401)
    }
    assert.equal(await door.rows(), rows)
  }

  /** Promises that an authentic body is acknowledged, kept to the byte, set aside, not started. */
  async function setsAside(body: Buffer): Promise<string> {
    const [rows, started] = [await door.rows(), door.api.gateway.events.length]
    const { status } = await door.knock({ body })
    assert.equal(status, 200)
    assert.equal(await door.rows(), rows + 1)
    assert.equal(door.api.gateway.events.length, started)
    const { rows: kept } = await door.api.owner.query<{
      status: string
      reason: string
      body: Buffer
    }>('select status, reason, body from inbound_event order by id desc limit 1')
    assert.equal(kept[0]?.status, 'quarantined')
    assert.deepEqual(kept[0].body, body)
    assert.equal((await door.knock({})).status, 200)
    return kept[0].reason
  }

  it('case 46: refuses a body that says the same in other bytes', async () => {
    const body = Buffer.from(freshBody().toString().replace('Pat Prospect', 'Éloïse'))
    const text = body.toString()

    await refusesInstead(body, [
      Buffer.from(JSON.stringify(JSON.parse(text), null, 1)),
      Buffer.from(text.replace('Éloïse', '\\u00c9lo\\u00efse')),
      Buffer.from(text.replaceAll('https://', 'https:\\/\\/')),
    ])
  })

  it('cases 47 and 48: refuses a body with a newline or a byte order mark added', async () => {
    const body = freshBody()

    await refusesInstead(body, [
      Buffer.concat([body, Buffer.from('\n')]),
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
    ])
  })

  it('case 49: refuses bytes that only decode to the same text', async () => {
    const body = Buffer.concat([freshBody().subarray(0, 10), Buffer.from([0xff])])

    await refusesInstead(body, [Buffer.concat([body.subarray(0, 10), Buffer.from([0xfe])])])
  })

  it('case 50: sets aside authentic bytes that are no UTF-8', async () => {
    const text = freshBody()
    const place = text.indexOf('Pat Prospect')
    const body = Buffer.from(text)
    body[place] = 0xff

    assert.match(await setsAside(body), /^notUtf8/)
  })

  it('case 51: refuses an empty body without a signature for it', async () => {
    const rows = await door.rows()

    const { status } = await door.knock({ body: Buffer.alloc(0), signature: 't=1,v1=2' })

    assert.equal(status, 401)
    assert.equal(await door.rows(), rows)
  })

  it('case 52: sets aside a NUL that PostgreSQL can not hold', async () => {
    await setsAside(changed('Pat Prospect', 'a\\u0000b'))
  })

  it('case 53: sets aside a lone surrogate', async () => {
    await setsAside(changed('Pat Prospect', '\\ud800'))
  })

  it('case 54: sets aside a body nested a hundred thousand deep, and lives', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    await setsAside(Buffer.from(`{"event":"invitee.created","payload":${deep}}`))
  })

  it('case 55: sets aside a number beyond every type', async () => {
    await setsAside(changed('"total":1', '"total":1e400'))
  })

  it('case 57: sets aside the keys that pollute prototypes', async () => {
    const reason = await setsAside(changed('"status":"active"', '"__proto__":{"polluted":true}'))

    assert.match(reason, /^forbiddenKey/)
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  })

  it('case 58: sets aside JSON that is no object', async () => {
    for (const text of ['[]', '"text"', '7', 'null'])
      assert.match(await setsAside(Buffer.from(text)), /^notAnObject/, text)
  })

  it('case 59: sets aside the right names with the wrong types', async () => {
    await setsAside(Buffer.from('{"event":7,"payload":[]}'))
    await setsAside(Buffer.from('{"event":"invitee.created","payload":[]}'))
  })

  it('case 60: sets aside dates that are none', async () => {
    for (const date of ['2026-02-30T14:00:00.000000Z', 'infinity', '2026-11-25T14:00:00'])
      await setsAside(changed('2026-11-25T14:00:00.000000Z', date))
  })

  it('case 85: sets aside an event nobody has heard of', async () => {
    assert.match(await setsAside(changed('invitee.created', 'invitee.danced')), /^unknownEvent/)
  })

  it('refuses a deeply nested body at a shared route without parsing it', async () => {
    const rows = await door.rows()

    const { status } = await door.knock({
      body: Buffer.from('['.repeat(100_000)),
      path: '/calendly/webhook',
      signature: `t=${nowSeconds()},v1=${'d'.repeat(64)}`,
    })

    assert.equal(status, 401)
    assert.equal(await door.rows(), rows)
  })
})
