import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../../dev/repository-files.ts'

/** How many hostile cases there are; each is one of these numbers. */
const CASES = 90

interface Listed {
  readonly title: string
}

describe('the hostile cases', () => {
  it('are all there, from 1 to 90, and none is skipped', async () => {
    const folder = join(import.meta.dirname)
    const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
    const args = ['--no-config', '--dry-run', '--forbid-only', '--reporter', 'json']

    // Mocha itself says what it would run: a test behind a condition or a skip is none.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(ROOT, 'node_modules/mocha/bin/mocha.js'),
        ...args,
        ...files.map((f) => join(folder, f)),
      ],
      { cwd: ROOT, maxBuffer: 64e6 },
    )

    const { tests, pending } = JSON.parse(stdout) as { tests: Listed[]; pending: Listed[] }
    const found = new Set(tests.flatMap(({ title }) => numbersIn(title)))
    const wanted = Array.from({ length: CASES }, (_, at) => at + 1)
    assert.deepEqual(pending, [])
    assert.deepEqual(
      wanted.filter((number) => !found.has(number)),
      [],
    )
  })

  it('are counted by the numbers that stand in front of a title', () => {
    const titles = ['case 4: a', 'cases 8 and 9: b', 'cases 11 to 13: c', 'in case 5: d']

    assert.deepEqual(titles.flatMap(numbersIn), [4, 8, 9, 11, 12, 13])
  })
})

function numbersIn(title: string): number[] {
  const [, first, word, last] = /^cases? (\d+)(?: (and|to) (\d+))?:/.exec(title) ?? []
  if (first === undefined) return []
  if (last === undefined) return [Number(first)]
  if (word === 'and') return [Number(first), Number(last)]
  const from = Number(first)
  return Array.from({ length: Number(last) - from + 1 }, (_, at) => from + at)
}
