import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { signed, v1 } from '../../support/calendly-payloads.ts'
import { aTenant, APP_KEY, PREVIOUS_APP_KEY } from '../harness.ts'
import { sendRaw, post } from '../raw-http.ts'
import { is } from './answers.ts'
import { freshBody, JSON_TYPE, nowSeconds, openDoor, signatureLine, taken } from './door.ts'
import type { Door } from './door.ts'

/** Promises that each signature is refused with the one constant body, and leaves no trace. */
const refuses = (door: Door, signatures: (body: Buffer) => readonly string[]): Promise<void> =>
  door.leaves({}, async () => {
    const body = freshBody()
    for (const signature of signatures(body))
      is(await door.knock({ body, signature }), 'refused', signature.slice(0, 60))
  })

describe('webhook signatures', () => {
  let door: Door
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  const good = (body: Buffer, t: number = nowSeconds()): string =>
    v1(door.tenant.signingKey, { t, body })

  it('case 1: refuses a delivery without a signature', () =>
    door.leaves({}, async () => is(await door.knock({ headers: [JSON_TYPE] }), 'refused')))

  it('cases 2 and 3: refuses an empty signature and one of blanks', () =>
    refuses(door, () => ['', ' ', '\t \t']))

  it('cases 4 and 5: refuses a time without a digest and a digest without a time', () =>
    refuses(door, (body) => [`t=${nowSeconds()}`, `v1=${good(body)}`]))

  it('case 6: refuses two times', () =>
    refuses(door, (body) => {
      const [old, t] = [nowSeconds() - 1_000, nowSeconds()]
      return [`t=${t},t=${t},v1=${good(body, t)}`, `t=${old},t=${t},v1=${good(body, old)}`]
    }))

  it('case 7: refuses a time that is not ten plain digits', () =>
    refuses(door, (body) => {
      const t = nowSeconds()
      const forms = ['abc', '1e9', '0x5f5e100', `+${t}`, `-${t}`, `${t}.0`, ` ${t}`, `${t}abc`]
      return forms.map((form) => `t=${form},v1=${v1(door.tenant.signingKey, { t: form, body })}`)
    }))

  it('cases 8 and 9: refuses milliseconds, a leading zero and numbers beyond safety', () =>
    refuses(door, (body) => {
      const forms = [`${Date.now()}`, `0${nowSeconds()}`, '9007199254740993', '1'.repeat(20)]
      return forms.map((form) => `t=${form},v1=${v1(door.tenant.signingKey, { t: form, body })}`)
    }))

  it('case 10: refuses full-width digits', () =>
    refuses(door, (body) => {
      const wide = Buffer.from('１７６３７０００００').toString('latin1')
      return [`t=${wide},v1=${good(body)}`]
    }))

  it('cases 11 to 13: refuses an empty digest, one without a value, and one with two', () =>
    refuses(door, (body) => {
      const t = nowSeconds()
      return [`t=${t},v1=`, `t=${t},v1`, `t=${t},v1=${good(body, t)}=extra`]
    }))

  it('cases 14 and 15: refuses other versions and upper-case names', () =>
    refuses(door, (body) => {
      const t = nowSeconds()
      const digest = good(body, t)
      return [`t=${t},v0=${digest}`, `t=${t},v2=${digest}`, `T=${t},V1=${digest}`]
    }))

  it('case 16: refuses the right digest in upper-case hex', () =>
    refuses(door, (body) => {
      const t = nowSeconds()
      return [`t=${t},v1=${good(body, t).toUpperCase()}`]
    }))

  it('case 17: refuses the right digest in base64', () =>
    refuses(door, (body) => {
      const t = nowSeconds()
      const digest = createHmac('sha256', door.tenant.signingKey).update(`${t}.`).update(body)
      return [`t=${t},v1=${digest.digest('base64')}`]
    }))

  it('cases 18 and 33: refuses a digest that is cut, padded or followed by junk', () =>
    refuses(door, (body) => {
      const t = nowSeconds()
      const digest = good(body, t)
      const forms = [digest.slice(0, -1), digest.slice(0, -2), `${digest}00`, `${digest}zz`]
      return forms.map((form) => `t=${t},v1=${form}`)
    }))

  it('case 19: refuses a bare digest with the prefix of another provider', () =>
    refuses(door, (body) => [`sha256=${good(body)}`]))

  it('case 20: refuses a header sent twice, the first bad and the second good', () =>
    door.leaves({}, async () => {
      const body = freshBody()
      const t = nowSeconds()
      const lines = [`t=${t},v1=${'a'.repeat(64)}`, `t=${t},v1=${good(body, t)}`].map(signatureLine)

      is(await door.knock({ body, headers: [JSON_TYPE, ...lines] }), 'refused')
    }))

  it('case 21: refuses hundreds of digests without working through them', () =>
    refuses(door, (body) => {
      const t = nowSeconds()
      const many = Array.from({ length: 200 }, () => `v1=${'b'.repeat(64)}`).join(',')
      return [`t=${t},${many},v1=${good(body, t)}`]
    }))

  it('case 25: refuses a signature in the query string and one in the body', () =>
    door.leaves({}, async () => {
      const body = freshBody()
      const t = nowSeconds()
      const value = `t=${t},v1=${good(body, t)}`
      const path = `/webhooks/calendly/${door.tenant.endpoint}?Calendly-Webhook-Signature=${value}`
      const signedInside = freshBody({ envelope: { 'calendly-webhook-signature': value } })

      is(await door.knock({ body, headers: [JSON_TYPE], path }), 'refused')
      is(await door.knock({ body: signedInside, headers: [JSON_TYPE] }), 'refused')
    }))

  it("case 26: refuses another integration's key", async () => {
    const other = await aTenant(door.api, { userUri: 'https://api.calendly.com/users/other' })

    await refuses(door, (body) => [signed(other.signingKey, { t: nowSeconds(), body })])
  })

  it('case 27: takes the app-wide key and, inside the overlap, its predecessor', () =>
    door.leaves(taken(2), async () => {
      for (const key of [APP_KEY, PREVIOUS_APP_KEY]) {
        const body = freshBody()
        is(await door.knock({ body, signature: signed(key, { t: nowSeconds(), body }) }), 'taken')
      }
    }))

  it('case 28: refuses a key that is no longer configured', () =>
    refuses(door, (body) => [signed('the key before those', { t: nowSeconds(), body })]))

  it('case 29: takes a delivery of which only the second digest is right', () =>
    door.leaves(taken(1), async () => {
      const body = freshBody()
      const t = nowSeconds()
      const signature = `t=${t},v1=${'c'.repeat(64)},v1=${good(body, t)}`

      is(await door.knock({ body, signature }), 'taken')
    }))

  it('cases 36 and 37: refuses a signature from beyond the window, past or future', () =>
    refuses(door, (body) =>
      [-182, 183].map((by) => signed(door.tenant.signingKey, { t: nowSeconds() + by, body })),
    ))

  it('case 38: takes a signature at the edges of the window', () =>
    door.leaves(taken(2), async () => {
      for (const by of [-178, 178]) {
        const body = freshBody()
        const signature = signed(door.tenant.signingKey, { t: nowSeconds() + by, body })
        is(await door.knock({ body, signature }), 'taken', String(by))
      }
    }))

  it('case 40: refuses a replay whose time was made fresh', () =>
    refuses(door, (body) => {
      const old = nowSeconds() - 1_000
      return [`t=${nowSeconds()},v1=${good(body, old)}`]
    }))

  it('counts what it refuses by reason, and keeps nothing of it', async () => {
    const count = async (): Promise<number> => {
      const { rows } = await door.api.owner.query<{ count: number }>(
        `select coalesce(sum(count), 0)::int as count from rejection where reason = 'malformed'`,
      )
      return rows[0]?.count ?? -1
    }
    const before = await count()

    await sendRaw(
      door.api.port,
      post(
        `/webhooks/calendly/${door.tenant.endpoint}`,
        [JSON_TYPE, signatureLine('nonsense')],
        freshBody(),
      ),
    )

    for (let tries = 0; (await count()) <= before && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 25))
    assert.ok((await count()) > before)
  })
})
