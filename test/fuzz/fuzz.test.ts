import assert from 'node:assert/strict'
import { fuzzInside } from '../../fuzz/inside.ts'
import { inputsFrom, KINDS } from '../../fuzz/inputs.ts'
import { fuzzOverHttp } from '../../fuzz/over-http.ts'
import { randomFrom } from '../../fuzz/random.ts'
import { bytesOf } from '../../fuzz/shipments.ts'
import { storedBodies } from '../../fuzz/stored.ts'
import { createTally } from '../../fuzz/tally.ts'
import type { Tally } from '../../fuzz/tally.ts'
import { calendlyWebhook } from '../../providers/calendly/client.ts'
import { aTenant, startTestApi } from '../api/harness.ts'
import type { TestApi } from '../api/harness.ts'
import { RITA } from '../support/calendly-payloads.ts'
import { weak, WEAKNESSES } from './weaknesses.ts'

/** Some forgeries by this seed, as bytes. */
const some = (seed: number): string[] => {
  const inputs = inputsFrom(randomFrom(seed), { now: () => 1_763_700_000_000, frames: true })
  const address = { endpoint: 'e'.repeat(32), signingKey: 'key', userUri: RITA }
  return Array.from({ length: 200 }, () => bytesOf(inputs.forged(address).shipment).toString('hex'))
}

describe('npm run fuzz', () => {
  it('finds nothing behind the frame of HTTP', async () => {
    const tally = createTally()

    await fuzzInside({ seed: Date.now(), count: 20_000, webhook: calendlyWebhook }, tally)

    assert.deepEqual([tally.forged, tally.mishaps], [20_000, []])
    assert.equal(tally.kinds.get('odd'), 1_000)
  })

  for (const [weakness, verify] of Object.entries(WEAKNESSES))
    it(`finds a verifier that ${weakness}`, async () => {
      const tally = createTally()

      await fuzzInside({ seed: 7, count: 5_000, webhook: weak(verify) }, tally)

      assert.ok(tally.accepted > 0)
      assert.match(tally.mishaps[0] ?? '', /^accepted /)
    })

  it('finds a verifier that throws and one that refuses the honest', async () => {
    const [thrown, refused] = [createTally(), createTally()]
    const throwing = weak(() => {
      throw new Error('a planted bug')
    })
    const refusing = weak(() => ({ ok: false, reason: 'mismatch' }))

    await fuzzInside({ seed: 7, count: 20, webhook: throwing }, thrown)
    await fuzzInside({ seed: 7, count: 20, webhook: refusing }, refused)

    assert.match(thrown.mishaps[0] ?? '', /^broken .*a planted bug/)
    assert.match(refused.mishaps[0] ?? '', /^refused odd/)
  })

  it('makes the same inputs of the same seed', () => {
    assert.deepEqual(some(5), some(5))
    assert.notDeepEqual(some(5), some(6))
  })

  describe('over HTTP', () => {
    let api: TestApi
    afterEach(() => api.close())

    /** Promises what a short run at a real process came to, and how much it stored. */
    async function run(told: Parameters<typeof startTestApi>[0] = {}): Promise<[Tally, number]> {
      api = await startTestApi(told)
      const address = await aTenant(api, { userUri: RITA })
      const stored = () => storedBodies(api.owner)
      const tally = createTally()
      const wish = { seed: 11, forged: 1_200, valid: 200 }
      const count = await fuzzOverHttp({ port: api.port, address, stored }, wish, tally)
      return [tally, count]
    }

    it('finds exactly the valid ones stored', async () => {
      const [tally, stored] = await run()

      assert.deepEqual(tally.mishaps, [])
      assert.deepEqual([tally.forged, tally.accepted, stored], [1_200, 0, 220])
      assert.deepEqual(
        KINDS.filter((kind) => !tally.kinds.has(kind)),
        [],
      )
    })

    it('finds forgeries that a door without a check has stored', async () => {
      const calendly = {
        name: 'calendly',
        webhook: weak(() => ({ ok: true, keyIndex: 0, t: null })),
      }

      const [tally, stored] = await run({ providers: { calendly: calendly as never } })

      assert.ok(tally.accepted > 100 && stored > 320)
      assert.ok(tally.errors > 100)
    })
  })
})
