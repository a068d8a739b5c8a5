import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { relative } from 'node:path'
import { before, describe, it } from 'mocha'
import { ROOT } from '../../dev/repository-files.ts'
import { workflowBundle } from '../support/temporal.ts'

/** What a workflow must never reach except through an activity. */
const FORBIDDEN_PACKAGES = ['pg', 'kysely', 'undici', 'fastify', 'socket.io', 'pino', 'jose']

const STATES = [
  'let last = 0',
  'const seen = new Map()',
  'export const known: Record<string, number> = {}',
]
const CONSTANTS = ['  let fine = 1', 'const A: ReadonlySet<X> = new Set()', 'const MOST = 3']

describe('the workflow bundle', () => {
  let modules: readonly string[] = []
  let code = ''

  before(async () => {
    code = (await workflowBundle()).code
    modules = modulesIn(code)
  })

  it('holds our workflows and the rules they decide by, and nothing else of ours', () => {
    const folders = ours(modules).map((path) => relative(ROOT, path).split('/')[0])

    assert.deepEqual([...new Set(folders)].toSorted(byName), ['domain', 'workflows'])
  })

  it('holds no package that talks to a database or a network', () => {
    const packages = modules.flatMap((path) => packageOf(path) ?? [])

    assert.ok(packages.includes('@temporalio/workflow'), 'the list of modules was read')
    assert.deepEqual(
      packages.filter((name) => FORBIDDEN_PACKAGES.includes(name)),
      [],
    )
  })

  it('reads our modules once for all workflows, since none of them holds what changes', () => {
    assert.match(code, /function preloadModules\(\) \{\s*__webpack_require__\([^)]*workflows/)
    // The bundler's own entry is among them, and is no file.
    const declared = ours(modules)
      .filter((path) => existsSync(path))
      .flatMap((path) =>
        statesIn(readFileSync(path, 'utf8')).map((line) => `${relative(ROOT, path)}: ${line}`),
      )

    assert.deepEqual(declared, [])
    assert.deepEqual(statesIn([...STATES, ...CONSTANTS].join('\n')), STATES)
  })

  it('asks for no module of Node', () => {
    const asked = [...code.matchAll(/\brequire\(\s*["']([^"']+)["']\s*\)/g)].map(
      (it) => it[1] ?? '',
    )
    const external = [...code.matchAll(/^\/\*\*\*\/ "(node:[^"]+)"/gm)].map((it) => it[1] ?? '')

    const ofNode = [...asked, ...external].filter(
      (name) => name.startsWith('node:') || builtinModules.includes(name),
    )
    assert.deepEqual(ofNode, [])
  })
})

/** The bundle carries its own source map, whose sources are the modules it was made of. */
function modulesIn(code: string): string[] {
  const map = /sourceMappingURL=data:application\/json[^,]*;base64,([A-Za-z0-9+/=]+)/.exec(
    code,
  )?.[1]
  assert.ok(map, 'the bundle has a source map')
  return (JSON.parse(Buffer.from(map, 'base64').toString('utf8')) as { sources: string[] }).sources
}

const ours = (paths: readonly string[]): string[] =>
  paths.filter((path) => path.startsWith('/') && !path.includes('/node_modules/'))

/** What a module declares for itself that could differ from one look to the next. */
const statesIn = (text: string): string[] => [...text.matchAll(DECLARED_STATE)].map((it) => it[0])

/** At the margin, so outside every function: a variable, an object made, or one to be filled. */
const DECLARED_STATE =
  /^(?:export )?(?:let |var |const \w+(?:: (?!Readonly|readonly)[^=]+)? = (?:new |\[\]|\{\})).*/gm

const byName = (a = '', b = ''): number => a.localeCompare(b)

const packageOf = (path: string): string | undefined =>
  /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
