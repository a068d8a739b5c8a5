import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { runMocha } from '../../dev/mocha-run.ts'

describe('a test run', () => {
  let folder: string

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rendezvous-mocha-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** A run of one file, which needs nothing but mocha's globals. */
  async function run(name: string, source: string) {
    const file = join(folder, name)
    writeFileSync(file, source)
    const shown: string[] = []
    const tally = await runMocha([file], (line) => void shown.push(line), folder)
    return { ...tally, shown }
  }

  it('counts what passed and keeps each failure with its file, title and reason', async () => {
    const { passed, failed, failures } = await run(
      'mixed.mjs',
      "describe('sums', () => { it('add', () => {}); it('differ', () => { throw new Error('3 is not 4') }) })",
    )

    assert.deepEqual([passed, failed], [1, 1])
    assert.equal(failures.length, 1)
    assert.match(failures[0] ?? '', /mixed\.mjs: sums differ\n {4}Error: 3 is not 4/)
  })

  it('calls a run that ends in the middle of a test a failure', async () => {
    const { passed, failed, failures } = await run(
      'broken-off.mjs',
      "it('passes', () => {}); it('ends', () => process.exit(7))",
    )

    assert.deepEqual([passed, failed], [1, 1])
    assert.match(failures[0] ?? '', /broke off \(exit code 7\)/)
  })

  it('refuses a test that is left pending', async () => {
    const { passed, failed } = await run('pending.mjs', "it('is not written yet')")

    assert.equal(passed, 0)
    assert.ok(failed > 0)
  })
})
