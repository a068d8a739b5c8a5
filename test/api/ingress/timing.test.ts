import assert from 'node:assert/strict'
import { median } from '../../../bench/figure.ts'
import { verify } from '../../../providers/calendly/signature.ts'
import { signed, v1 } from '../../support/calendly-payloads.ts'
import { is } from './answers.ts'
import { freshBody, nowSeconds, openDoor } from './door.ts'
import type { Door, Knock } from './door.ts'

/** A busy machine errs by as much; a digest of a large body that is spared errs by far more. */
const NOISE = 1.6

/** Promises that two ways take as long, by the median, taken in turn. */
async function takeAsLong(times: number, one: () => unknown, other: () => unknown): Promise<void> {
  const took: [number[], number[]] = [[], []]
  for (let at = 0; at < times * 2; at += 1) {
    const began = performance.now()
    await (at % 2 === 0 ? one() : other())
    took[at % 2 === 0 ? 0 : 1].push(performance.now() - began)
  }
  const ratio = median(took[0]) / median(took[1])
  assert.ok(ratio < NOISE && ratio > 1 / NOISE, `${median(took[0])} ms, ${median(took[1])} ms`)
}

describe('webhook timing', () => {
  let door: Door
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  it('case 34: takes as long for a digest wrong in its first byte as in its last', async () => {
    const t = nowSeconds()
    const [body, key] = [freshBody(), door.tenant.signingKey]
    const right = v1(key, { t, body })
    const flipped = (at: number): string =>
      `t=${t},v1=${right.slice(0, at)}${right[at] === '0' ? '1' : '0'}${right.slice(at + 1)}`
    const [first, last] = [flipped(0), flipped(63)]
    const check = (header: string) => () =>
      verify({ header, rawBody: body, keys: [key], now: Date.now() })

    await takeAsLong(10_000, check(first), check(last))

    await door.leaves({}, async () => {
      for (const signature of [first, last]) is(await door.knock({ body, signature }), 'refused')
    })
  })

  it('case 35: computes for an endpoint without a key as it does for one with a key', async () => {
    const rawBody = Buffer.alloc(250_000, 'a')
    const header = signed('nobody', { t: nowSeconds(), body: rawBody })
    const check = (key: string) => () =>
      assert.equal(verify({ header, rawBody, keys: [key], now: Date.now() }).ok, false)

    await takeAsLong(300, check(''), check(door.tenant.signingKey))
  })

  it('case 35: answers an unknown endpoint exactly like a bad signature, and as fast', () =>
    door.leaves({}, async () => {
      const body = freshBody()
      const signature = signed('nobody', { t: nowSeconds(), body })
      const ask = (knock: Knock) => async () =>
        is(await door.knock({ body, signature, ...knock }), 'refused')

      await takeAsLong(150, ask({ path: `/webhooks/calendly/${'A'.repeat(32)}` }), ask({}))
    }))
})
