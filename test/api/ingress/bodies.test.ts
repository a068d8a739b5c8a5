import assert from 'node:assert/strict'
import { signed } from '../../support/calendly-payloads.ts'
import { is } from './answers.ts'
import { freshBody, nowSeconds, openDoor, SET_ASIDE } from './door.ts'
import type { Door } from './door.ts'

const changed = (from: string, to: string): Buffer =>
  Buffer.from(freshBody().toString().replace(from, to))

describe('webhook bodies', () => {
  let door: Door
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  /** Promises that another body under the signature of this one is refused without a trace. */
  const refusesInstead = (body: Buffer, others: readonly Buffer[]): Promise<void> =>
    door.leaves({}, async () => {
      const signature = signed(door.tenant.signingKey, { t: nowSeconds(), body })
      for (const other of others) {
        assert.notDeepEqual(other, body)
        is(await door.knock({ body: other, signature }), 'refused')
      }
    })

  /** Promises that an authentic body is acknowledged, kept to the byte, set aside, not started. */
  async function setsAside(body: Buffer): Promise<string> {
    await door.leaves(SET_ASIDE, async () => is(await door.knock({ body }), 'taken'))
    const { rows: kept } = await door.api.owner.query<{
      status: string
      reason: string
      body: Buffer
    }>('select status, reason, body from inbound_event order by id desc limit 1')
    assert.equal(kept[0]?.status, 'quarantined')
    assert.deepEqual(kept[0].body, body)
    is(await door.knock({}), 'taken')
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

  it('cases 47 and 48: refuses a newline or a byte order mark added, or a mark removed', async () => {
    const body = freshBody()
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), freshBody()])
    await refusesInstead(marked, [marked.subarray(3)])

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

  it('case 51: refuses an empty body without a signature for it', () =>
    door.leaves({}, async () => {
      const signature = `t=${nowSeconds()},v1=${'e'.repeat(64)}`
      is(await door.knock({ body: Buffer.alloc(0), signature }), 'refused')
    }))

  it('case 51: sets aside an empty body under an honest signature', async () => {
    assert.match(await setsAside(Buffer.alloc(0)), /^notJson/)
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

  it('case 55: sets aside numbers beyond every type, and ids that would lose digits', async () => {
    for (const number of ['1e400', '1e200000', '12345678901234567890'])
      assert.match(await setsAside(changed('"total":1', `"total":${number}`)), /^badNumber/)
  })

  it('case 57: sets aside the keys that pollute prototypes', async () => {
    for (const key of ['__proto__', 'constructor']) {
      const reason = await setsAside(changed('"status":"active"', `"${key}":{"polluted":true}`))

      assert.match(reason, /^forbiddenKey/)
      assert.equal(({} as { polluted?: boolean }).polluted, undefined)
    }
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
    for (const date of [
      '2026-02-30T14:00:00.000000Z',
      '+275760-09-13T00:00:00.000Z',
      'infinity',
      '2026-11-25T14:00:00',
    ])
      await setsAside(changed('2026-11-25T14:00:00.000000Z', date))
  })

  it('case 85: sets aside an event nobody has heard of', async () => {
    assert.match(await setsAside(changed('invitee.created', 'invitee.danced')), /^unknownEvent/)
  })

  it('refuses a deeply nested body at a shared route without parsing it', () =>
    door.leaves({}, async () => {
      const body = Buffer.from('['.repeat(100_000))
      const signature = `t=${nowSeconds()},v1=${'d'.repeat(64)}`
      is(await door.knock({ body, path: '/calendly/webhook', signature }), 'refused')
    }))
})
