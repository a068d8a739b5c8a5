import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildConsole } from '../../console/build.ts'
import { hashSources } from '../../console/sources-hash.ts'

const ROOT = join(import.meta.dirname, '../..')

describe('console build', () => {
  it('carries the hash of its sources and is not made twice', async () => {
    const { directory } = await buildConsole()

    const again = await buildConsole()
    const page = await readFile(join(directory, 'index.html'), 'utf8')

    assert.equal(again.isNew, false)
    assert.ok(page.includes(`<meta name="rendezvous-sources" content="${await hashSources()}" />`))
  })

  it('has no inline script or style and nothing from elsewhere', async () => {
    const { directory } = await buildConsole()

    const page = await readFile(join(directory, 'index.html'), 'utf8')
    const assets = await readdir(join(directory, 'assets'))

    assert.doesNotMatch(page, /<style|style=|\son\w+=|<script(?![^>]*\ssrc=)|https?:|data:/)
    assert.deepEqual(assets.map((it) => it.replace(/^.*\./, '')).sort(), ['css', 'js'])
  })

  it('type-checks, so that no language lacks a word', async () => {
    const run = promisify(execFile)

    const { stdout } = await run(process.execPath, [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(ROOT, 'console'),
    ])

    assert.equal(stdout, '')
  })
})
