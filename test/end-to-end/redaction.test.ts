import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { Worker } from '@temporalio/worker'
import { pino } from 'pino'
import { createLog } from '../../api/log.ts'
import { newId } from '../../db/ids.ts'
import { safeFailures } from '../../worker/safe-failures.ts'
import { OPERATION_WORKFLOWS, operationStart } from '../../workflows/contract.ts'
import { devServer, type DevServer, workflowBundle } from '../support/temporal.ts'
import { until } from '../support/until.ts'
import { historyOf, hitsIn } from './canary-scan.ts'
import { formsOf } from './canary-run.ts'

const CANARY = 'canary-token-0123456789'
/** How the wire format names what is looked for. */
const FAILED = 'activityTaskFailedEventAttributes'
const CANARIES = { token: formsOf(CANARY) }

describe('redaction', function redactionSuite() {
  this.timeout(60_000)
  let server: DevServer
  before(async function startServer() {
    this.timeout(300_000)
    server = await devServer()
  })

  /** The history of a connect whose exchange fails with words that quote a secret. */
  async function failedWith(interceptors: { activity?: (typeof safeFailures)[] }) {
    const taskQueue = randomUUID()
    const start = operationStart('connect', { organizationId: newId(), operationId: newId() })
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      workflowBundle: await workflowBundle(),
      interceptors,
      activities: {
        exchangeCode: async () => {
          throw new Error(`invalid input: "Bearer ${CANARY}"`)
        },
      },
    })
    return worker.runUntil(async () => {
      const handle = await server.client.workflow.start(OPERATION_WORKFLOWS.connect, {
        ...start,
        taskQueue,
      })
      const history = () => historyOf(handle)
      try {
        await until(async () => [...(await history()).values()].join().includes(FAILED))
        return await history()
      } finally {
        await handle.terminate('the test is over')
      }
    })
  }

  it('keeps the words of a failed effect out of the history', async () => {
    const history = await failedWith({ activity: [safeFailures] })

    assert.deepEqual(hitsIn(history, CANARIES), [])
    assert.match([...history.values()].join(), /exchangeCode failed/)
  })

  it('is what keeps them out: without it the scan finds them in the history', async () => {
    const history = await failedWith({})

    assert.notDeepEqual(hitsIn(history, CANARIES), [])
  })

  it('keeps named secrets out of the log, and is what does so', () => {
    assert.deepEqual(hitsIn(logged(true), CANARIES), [])
    assert.deepEqual(hitsIn(logged(false), CANARIES), [{ place: 'log', canary: 'token' }])
  })

  it('scans for a secret in each form in which it may slip through', () => {
    const places = new Map(formsOf('a+b/c=canary').map((form, at) => [`form ${at}`, `x ${form} x`]))

    assert.equal(hitsIn(places, { secret: formsOf('a+b/c=canary') }).length, 4)
  })
})

/** What a log of the api writes of these facts. */
function logged(redacts: boolean): Map<string, string> {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = redacts ? createLog('debug', destination) : pino({ level: 'debug' }, destination)
  log.info({ token: CANARY, answer: { code: CANARY }, cookie: CANARY }, 'a mistake')
  return new Map([['log', lines.join('')]])
}
