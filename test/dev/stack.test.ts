import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { openPidLedger } from '../../dev/pid-ledger.ts'
import { isAlive } from '../../dev/processes.ts'
import type { Stack, StackOptions } from '../../dev/stack.ts'
import { startStack } from '../../dev/stack.ts'
import type { TestDatabase } from '../support/postgres.ts'
import { createTestDatabase } from '../support/postgres.ts'

/** Answers everything with success, as a program that is ready does. */
const LISTENER = (port: string): string => `
import { createServer } from 'node:http'
createServer((_, answer) => answer.end('{}')).listen(Number(process.env['${port}']))
process.on('SIGTERM', () => process.exit(0))
`
const WORKER = `
console.log('{"msg":"worker ready"}')
setInterval(() => {}, 1000)
process.on('SIGUSR2', () => { console.error('the reason it died'); process.exit(7) })
`

describe('a stack', () => {
  const root = mkdtempSync(join(tmpdir(), 'rendezvous-stand-ins-'))
  let database: TestDatabase
  let stack: Stack
  let options: StackOptions
  let died: ((reason: string) => void) | undefined

  before(async () => {
    seed('sandbox/main.ts', LISTENER('SANDBOX_PORT'))
    seed('api/main.ts', LISTENER('PORT'))
    seed('worker/main.ts', WORKER)
    database = await createTestDatabase()
    options = {
      root,
      apis: 2,
      env: {
        DATABASE_URL: database.appUrl,
        DATABASE_INGRESS_URL: database.ingressUrl,
        // The stand-ins never ask Temporal for anything.
        TEMPORAL_ADDRESS: '127.0.0.1:1',
      },
      onDeath: (reason) => died?.(reason),
    }
    stack = await startStack(options)
  })

  after(async () => {
    await stack.stop()
    await database.drop()
    rmSync(root, { recursive: true, force: true })
  })

  it('embeds neither database nor Temporal when both are given, and ends users first', () => {
    const names = stack.children.map((child) => child.name)

    assert.deepEqual(names, ['api', 'api-2', 'worker', 'sandbox'])
  })

  it('calls the ingress and the front end by different names', () => {
    const { api, app } = stack.urls

    assert.notEqual(new URL(api).hostname, new URL(app).hostname)
    assert.equal(new URL(api).port, new URL(app).port)
  })

  it('runs beside another one', async () => {
    const other = await startStack(options)

    const alive = [...stack.children, ...other.children].filter((child) => child.isRunning)
    await other.stop()
    assert.equal(alive.length, 8)
    assert.ok(stack.children.every((child) => child.isRunning))
  })

  it('leaves neither a process nor a temporary home behind', async () => {
    const other = await startStack(options)
    const pids = other.children.map((child) => child.pid)

    await other.stop()

    assert.deepEqual(pids.filter(isAlive), [])
    assert.equal(existsSync(other.home), false)
  })

  it('starts a killed process again under its name, with a new id', async () => {
    const api = stack.child('api-2')
    const before = api.pid

    api.kill('SIGKILL')
    await api.restart()

    assert.notEqual(api.pid, before)
    assert.equal((await fetch(stack.urls.apis[1] ?? '')).status, 200)
  })

  it('says which process died unasked, how, and its last words', async () => {
    const reason = new Promise<string>((resolve) => (died = resolve))

    process.kill(stack.child('worker').pid, 'SIGUSR2')

    assert.match(await reason, /worker ended \(exit code 7\)[\s\S]*the reason it died/)
  })

  it('names the variable to set when a port is taken, and starts nothing', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const { port } = holder.address() as AddressInfo

    const start = startStack({ ...options, ports: { SANDBOX_PORT: port } })

    await assert.rejects(start, new RegExp(`port ${port} is in use: set SANDBOX_PORT`))
    holder.close()
  })

  it('leaves nothing running when one program can not start', async () => {
    const home = mkdtempSync(join(tmpdir(), 'rendezvous-broken-'))
    const broken = mkdtempSync(join(tmpdir(), 'rendezvous-stand-ins-'))

    const start = startStack({ ...options, home, root: broken })

    await assert.rejects(start, /sandbox ended[\s\S]*MODULE_NOT_FOUND/)
    assert.deepEqual(readdirSync(join(home, 'pids')), [])
    rmSync(home, { recursive: true })
    rmSync(broken, { recursive: true })
  })

  it('ends what an earlier one left running, but no stranger that got its id', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rendezvous-ledger-'))
    const victim = await startStack(options)
    const left = victim.child('worker').pid
    const ledger = openPidLedger(folder)
    ledger.add(left)
    writeFileSync(join(folder, String(process.pid)), 'another birth')

    const ended = await ledger.sweep()

    assert.equal(ended, 1)
    assert.equal(isAlive(left), false)
    await victim.stop()
    rmSync(folder, { recursive: true })
  })

  function seed(file: string, text: string): void {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
})
