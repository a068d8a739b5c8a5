import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { median } from '../../bench/figure.ts'
import { percentile } from '../../bench/load/percentile.ts'
import type { Counts, Side } from '../../bench/side.ts'
import { exactly } from '../../bench/side.ts'

const NAMED = [
  ...['api', 'worker', 'temporal', 'postgres'].flatMap((name) => [
    `memory_idle_${name}`,
    `memory_loaded_${name}`,
  ]),
  'accept_rate',
  'accept_rate_beside_one_statement',
  'accept_p99',
  'accept_p99_among_forgeries',
  'visible_p50',
  'visible_p99',
  'drain_rate',
  'idle_memory_each',
  'idle_actions',
]
const WITH_FLOOR = NAMED.filter((name) => !/^(memory|idle)_/.test(name))
/** Of a few integrations only, it is less than the heap moves by itself. */
const MAY_BE_NOTHING = 'idle_memory_each'

describe('npm run bench', () => {
  it('prints every figure as a line of JSON, beside its floor where it has one', async function () {
    this.timeout(180_000)
    const args = ['bench/main.ts', '--json', '--rounds', '1', '--percent', '2']

    const { stdout } = await promisify(execFile)(process.execPath, args)

    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      lines.map(({ name }) => name),
      NAMED,
    )
    for (const { name, value, min, max, floor, unit } of lines) {
      const isMeasured = min > 0 || (name === MAY_BE_NOTHING && min === 0)
      assert.ok(isMeasured && min <= value && value <= max, `${name}: ${min}, ${value}, ${max}`)
      assert.equal(floor !== null && floor > 0, WITH_FLOOR.includes(name), name)
      assert.match(unit, /^(1\/s|ms|MiB|KiB|1\/day)$/)
    }
  })

  it('takes the middle of an odd number of rounds and the mean of two of an even one', () => {
    const odd = median([5, 1, 3])
    const even = median([4, 1, 3, 2])

    assert.deepEqual([odd, even], [3, 2.5])
  })

  it('tells a percentile that was really measured', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at)

    const [p50, p99] = [percentile(hundred, 50), percentile(hundred, 99)]

    assert.deepEqual([p50, p99], [50, 99])
  })

  it('compares with floors that anybody can read at a glance', () => {
    const floors = ['plain-handler', 'bare-workflow'].map((name) => `bench/floors/${name}.ts`)

    const lengths = floors.map((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length)

    assert.ok(Math.max(...lengths) < 60, `${lengths.join(' and ')} lines`)
  })

  for (const [what, grown] of [
    ['lost', 9],
    ['doubled', 11],
  ] as const)
    it(`fails when one of ten accepted deliveries is ${what}`, async () => {
      let counts: Counts = { stored: 5, processed: 5, prospects: 5, meetings: 5 }
      const side = { counts: async () => counts, open: async () => 0 } as unknown as Side

      const run = exactly(side, 10, async () => {
        counts = { stored: 15, processed: 15, prospects: 15, meetings: 5 + grown }
      })

      await assert.rejects(run, new RegExp(`10 deliveries .* meetings grew by ${grown}`))
    })
})
