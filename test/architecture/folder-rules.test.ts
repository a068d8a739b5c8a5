import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { ROOT } from '../../dev/repository-files.ts'

/** One import that each folder must not make, and part of what lint answers. */
const FORBIDDEN: readonly (readonly [file: string, imported: string, answer: string])[] = [
  ['domain/one.ts', 'node:assert/strict', 'no Node'],
  ['domain/two.ts', '../db/database.ts', 'nothing of ours'],
  ['providers/calendly/one.ts', '../../db/database.ts', 'know only domain'],
  ['providers/two.ts', '../workflows/contract.ts', 'know only domain'],
  ['db/one.ts', '../providers/provider.ts', 'know only domain'],
  ['config/one.ts', '../db/database.ts', 'knows only domain'],
  ['activities/one.ts', '../workflows/contract.ts', 'Activities know'],
  ['workflows/one.ts', 'node:crypto', 'no Node'],
  ['workflows/two.ts', '../db/database.ts', 'through activities'],
  ['workflows/three.ts', '../activities/index.ts', 'only as types'],
  ['api/one.ts', '../activities/index.ts', 'no work of its own'],
  ['api/routes/two.ts', '../../worker/worker.ts', 'no work of its own'],
  ['api/three.ts', '../workflows/integration.ts', 'only through contract.ts'],
  ['api/main.ts', '../worker/sweeper.ts', 'composes the event worker'],
  ['worker/one.ts', '../api/app.ts', 'everything but the ingress'],
  ['sandbox/calendly/one.ts', '../../domain/booking.ts', 'shares no code'],
  ['console/web/one.ts', '../../domain/booking.ts', 'HTTP only'],
  ['cli/one.ts', '../db/database.ts', 'HTTP only'],
]

/** One import that each folder is there to make. */
const ALLOWED: readonly (readonly [file: string, line: string])[] = [
  ['providers/fine.ts', "import { it } from '../domain/booking.ts'"],
  ['db/fine.ts', "import { it } from '../domain/booking.ts'"],
  ['activities/fine.ts', "import { it } from '../db/database.ts'"],
  ['workflows/fine.ts', "import type { It } from '../activities/index.ts'"],
  ['api/fine.ts', "import { it } from '../workflows/contract.ts'"],
  ['worker/fine.ts', "import { it } from '../activities/index.ts'"],
]

describe('the folder rules of lint', () => {
  const place = mkdtempSync(join(tmpdir(), 'rendezvous-lint-'))
  let findings: readonly Finding[] = []

  before(async () => {
    writeFileSync(join(place, '.oxlintrc.json'), readFileSync(join(ROOT, '.oxlintrc.json')))
    writeFileSync(join(place, 'tsconfig.json'), readFileSync(join(ROOT, 'tsconfig.json')))
    writeFileSync(join(place, 'package.json'), '{"type":"module"}')
    symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
    for (const [file, imported] of FORBIDDEN) {
      seed(file, `import { it } from '${imported}'\n\nexport const seen = it\n`)
    }
    for (const [file, line] of ALLOWED) {
      seed(
        file,
        `${line}\n\nexport ${line.includes('type') ? 'type Seen = It' : 'const seen = it'}\n`,
      )
    }
    seed('activities/index.ts', ACTIVITIES)
    seed('workflows/forgets.ts', FORGETFUL_WORKFLOW)
    findings = await lint(place)
  })

  after(() => rmSync(place, { recursive: true, force: true }))

  for (const [file, imported, answer] of FORBIDDEN) {
    it(`refuses ${imported} in ${file}`, () => {
      const ours = findings.filter((finding) => finding.filename === file)

      assert.ok(
        ours.some((it) => `${it.message} ${it.help ?? ''}`.includes(answer)),
        `lint said of ${file}: ${JSON.stringify(ours)}`,
      )
    })
  }

  for (const [file, line] of ALLOWED) {
    it(`lets ${file} say: ${line}`, () => {
      const ours = findings.filter((finding) => finding.filename === file)

      assert.deepEqual(
        ours.filter((finding) => finding.code.includes('no-restricted-imports')),
        [],
      )
    })
  }

  it('refuses a workflow that does not await its activity, its sleep and its own function', () => {
    const ours = findings.filter((finding) => finding.filename === 'workflows/forgets.ts')

    const forgotten = ours.filter((finding) => finding.code.includes('no-floating-promises'))
    assert.equal(forgotten.length, 3, JSON.stringify(ours))
  })

  function seed(file: string, text: string): void {
    mkdirSync(dirname(join(place, file)), { recursive: true })
    writeFileSync(join(place, file), text)
  }
})

const ACTIVITIES = `export interface It {
  readonly storeEvent: (id: string) => Promise<void>
}

export const it = 1
`

const FORGETFUL_WORKFLOW = `import { proxyActivities, sleep } from '@temporalio/workflow'
import type { It } from '../activities/index.ts'

const { storeEvent } = proxyActivities<It>({ startToCloseTimeout: '1 second' })

export async function forgets(): Promise<void> {
  storeEvent('one')
  sleep('1 second')
  later()
}

async function later(): Promise<void> {
  await sleep('1 second')
}
`

interface Finding {
  readonly filename: string
  readonly code: string
  readonly message: string
  readonly help?: string
}

/** Lint fails when it finds something, so its exit code says nothing here. */
function lint(folder: string): Promise<readonly Finding[]> {
  const program = join(ROOT, 'node_modules/.bin/oxlint')
  return new Promise((resolve, reject) => {
    execFile(program, ['--format', 'json'], { cwd: folder, maxBuffer: 64e6 }, (_, out, err) => {
      try {
        resolve((JSON.parse(out) as { diagnostics: Finding[] }).diagnostics)
      } catch {
        reject(new Error(`oxlint answered no JSON:\n${out}\n${err}`))
      }
    })
  })
}
