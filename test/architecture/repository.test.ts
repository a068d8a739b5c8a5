import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { repositoryFiles } from '../../dev/repository-files.ts'

const FORBIDDEN_FOLDERS = ['src', 'lib', 'utils', 'common', 'helpers', 'shared']

/** Put together here, so that this file names none itself. */
const REGISTRY_HOSTS = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['repo', 'maven', 'apache', 'org'],
  ['repo1', 'maven', 'org'],
  ['proxy', 'golang', 'org'],
  ['sum', 'golang', 'org'],
  ['pypi', 'org'],
].map((parts) => parts.join('.'))

const MOST_LINES = 250

describe('the repository', () => {
  const files = repositoryFiles()
  const code = files.filter(({ path }) => /\.tsx?$/.test(path))

  it('has no file of code with more than 250 lines that say something', () => {
    const long = code
      .map(({ path, text }) => ({ path, lines: spokenLines(text) }))
      .filter(({ lines }) => lines > MOST_LINES)

    assert.deepEqual(long, [])
    assert.equal(spokenLines('one\n\n  // why\n/** what */\ntwo'), 2)
  })

  it('has no folder whose name says nothing', () => {
    const vague = files
      .map(({ path }) => path)
      .filter((path) => path.split('/').some((folder) => FORBIDDEN_FOLDERS.includes(folder)))

    assert.deepEqual(vague, [])
  })

  it('names files in kebab-case', () => {
    const odd = code.map(({ path }) => path).filter((path) => !/^[a-z0-9./-]+$/.test(path))

    assert.deepEqual(odd, [])
  })

  it('names the host of no package registry, in the lock file neither', () => {
    const naming = files
      .filter(({ text }) => REGISTRY_HOSTS.some((host) => text.includes(host)))
      .map(({ path }) => path)

    assert.ok(
      files.some(({ path }) => path === 'package-lock.json'),
      'the lock file was read',
    )
    assert.deepEqual(naming, [])
  })

  it('gives every test of a file a title of its own', () => {
    const tests = code.filter(({ path }) => path.endsWith('.test.ts'))

    const repeated = tests.flatMap(({ path, text }) =>
      repeatedTitles(text).map((title) => `${path}: ${title}`),
    )

    assert.ok(tests.length > 10, 'the test files were read')
    assert.deepEqual(repeated, [])
    assert.deepEqual(repeatedTitles("it('a', f)\n  it('b', f)\n  it('a', g)"), ['a'])
  })

  it('skips no test and keeps none to itself', () => {
    const marked = code
      .filter(({ path }) => path.endsWith('.test.ts'))
      .filter(({ text }) => /\b(it|describe|context)\.(skip|only)\(|\bx(it|describe)\(/.test(text))
      .map(({ path }) => path)

    assert.deepEqual(marked, [])
  })
})

/** Titles at the same indentation and deeper alike: two of a name can't be told apart in a report. */
function repeatedTitles(text: string): string[] {
  const titles = [...text.matchAll(/^\s*it\(\s*(['"`])(.*?)\1\s*,/gm)].map(
    (match) => match[2] ?? '',
  )
  return titles.filter((title, at) => titles.indexOf(title) !== at)
}

/** As lint counts: neither blank lines nor comments. */
function spokenLines(text: string): number {
  return text
    .replaceAll(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length
}
