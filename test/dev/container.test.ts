import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parse } from 'yaml'
import { ApiSettings, SECRETS, WorkerSettings } from '../../config/settings.ts'
import { API_FLAGS } from '../../dev/programs.ts'
import { repositoryFiles, ROOT } from '../../dev/repository-files.ts'

interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

describe('the container and its composition', () => {
  // The programs of ours share anchors, which only a YAML 1.1 reader merges.
  const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose
  const dockerfile = read('Dockerfile')
  const ours = Object.entries(compose.services).filter(([, it]) => it.image === 'rendezvous')

  it('runs api, worker and migration from the one image', () => {
    assert.deepEqual(ours.map(([name]) => name).toSorted(byName), ['api', 'migrate', 'worker'])
  })

  for (const [name, schema] of [
    ['api', ApiSettings],
    ['worker', WorkerSettings],
  ] as const) {
    it(`gives the ${name} only settings that it knows, and every one that it must have`, () => {
      const given = settingsOf(compose.services[name])

      const known = Object.keys(schema.properties)
      const required = (schema.required ?? []).filter(
        (setting) => !('default' in schema.properties[setting as keyof typeof schema.properties]),
      )
      assert.deepEqual(
        given.filter((it) => !known.includes(it) && !it.startsWith('TEMPORAL_')),
        [],
      )
      assert.deepEqual(
        required.filter((it) => !given.includes(it)),
        [],
      )
    })
  }

  it('hands over every secret as a file that it mounts, and none in the environment', () => {
    const secret: readonly string[] = [...SECRETS, 'DATABASE_OWNER_URL']

    for (const [name, service] of ours) {
      for (const [setting, value] of Object.entries(service.environment)) {
        assert.ok(!secret.includes(setting), `${name} is given ${setting} in the clear`)
        if (!setting.endsWith('_FILE')) continue
        const file = value.replace('/run/secrets/', '')
        assert.ok(service.secrets?.includes(file), `${name} does not mount ${file}`)
        assert.ok(compose.secrets[file] !== undefined, `there is no secret ${file}`)
      }
    }
  })

  it('tells only the migration who owns the database', () => {
    const owners = Object.entries(compose.services).filter(([, { secrets }]) =>
      secrets?.includes('database_owner_url'),
    )

    assert.deepEqual(
      owners.map(([name]) => name),
      ['migrate'],
    )
  })

  it('runs our programs without capabilities on a file system that can not be written', () => {
    for (const [name, service] of ours) {
      assert.equal(service.read_only, true, name)
      assert.deepEqual(service.cap_drop, ['ALL'], name)
    }
    assert.match(dockerfile, /^USER 65532:65532$/m)
  })

  it('copies and runs only what there is', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
      .flatMap((match) => (match[1] ?? '').split(' '))
      .filter((path) => path !== '.')
    const run = ours
      .flatMap(([, { command }]) => command ?? [])
      .filter((word) => !word.startsWith('--'))

    const missing = [...copied, ...run].filter((path) => !existsSync(join(ROOT, path)))
    assert.deepEqual(missing, [])
  })

  it('runs an api with the flags that `npm start` gives it', () => {
    const command = [...API_FLAGS, 'api/main.ts']

    assert.deepEqual(compose.services['api']?.command, command)
    assert.ok(dockerfile.includes(`\nCMD ${JSON.stringify(command).replaceAll(',', ', ')}\n`))
  })

  it('describes in .env.example every setting that the composition reads, and no other', () => {
    const asked = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(
      (it) => it[1] ?? '',
    )
    const described = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map((it) => it[1] ?? '')

    assert.deepEqual([...new Set(asked)].toSorted(byName), described.toSorted(byName))
  })

  it('holds every package that its programs import', () => {
    const folders = /^(domain|providers|db|config|activities|workflows|api|worker)\//
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object }

    const imported = repositoryFiles()
      .filter(({ path }) => folders.test(path))
      .flatMap(({ path, text }) => packagesIn(text).map((name) => ({ path, name })))

    assert.ok(imported.length > 10, 'the imports were read')
    assert.deepEqual(
      imported.filter(({ name }) => !Object.hasOwn(dependencies, name)),
      [],
    )
  })
})

const settingsOf = (service: Service | undefined): string[] =>
  Object.keys(service?.environment ?? {}).map((name) => name.replace(/_FILE$/, ''))

/** Type imports are erased, so what they name need not be there. */
const packagesIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /^(?:import|export) (?!type )[^'"]*?from '((?:@[^/']+\/)?[^./'@][^/']*)[^']*'/gm,
    ),
  ]
    .map((match) => match[1] ?? '')
    .filter((name) => !name.startsWith('node:'))

const byName = (a: string, b: string): number => a.localeCompare(b)
