import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import type { Activities } from '../../activities/index.ts'
import type { OperationReport } from '../../domain/operation.ts'
import { operationStart } from '../../workflows/contract.ts'
import { keepHistory } from '../support/histories.ts'
import { timeSkippingEnv, workflowBundle } from '../support/temporal.ts'

const LIVE: OperationReport = { outcome: 'live', reason: null, nextStep: null }

describe('operations', function operationsSuite() {
  this.timeout(60_000)
  let env: TestWorkflowEnvironment

  before(async () => {
    env = await timeSkippingEnv()
  })
  after(() => env.teardown())

  async function run(
    kind: 'connect' | 'reconnect' | 'disconnect',
    activities: Partial<Activities>,
  ): Promise<OperationReport> {
    const taskQueue = randomUUID()
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities,
    })
    const input = { organizationId: randomUUID(), operationId: randomUUID() }
    const start = operationStart(kind, input)
    return worker.runUntil(async () => {
      const handle = await env.client.workflow.start(`${kind}Integration`, { ...start, taskQueue })
      const report: OperationReport = await handle.result()
      await keepHistory(`${kind}-${report.outcome}-${report.reason ?? 'well'}`, handle)
      return report
    })
  }

  it('exchanges the code, tells the owner, and reports what the owner reached', async () => {
    const { called, activities } = rows()

    const report = await run('connect', activities)

    assert.deepEqual(report, LIVE)
    assert.deepEqual(called, ['exchangeCode', 'nudgeOwner'])
  })

  it('ends a connect whose exchange nobody finishes', async () => {
    let exchanges = 0
    const { called, activities } = rows({
      exchangeCode: async () => {
        exchanges += 1
        throw new Error('the worker was killed')
      },
    })

    const report = await run('connect', activities)

    assert.equal(exchanges, 2)
    assert.deepEqual(called, ['giveUp unclear'])
    assert.equal(report.outcome, 'failed')
  })

  it('goes on with a grant that was kept by a worker killed right after', async () => {
    let exchanges = 0
    const { called, activities } = rows({
      exchangeCode: async () => {
        exchanges += 1
        if (exchanges === 1) throw new Error('the worker was killed')
        return 'kept'
      },
    })

    const report = await run('connect', activities)

    assert.deepEqual(report, LIVE)
    assert.deepEqual(called, ['nudgeOwner'])
  })

  for (const why of ['refused', 'unreachable', 'unclear'] as const)
    it(`ends a connect whose exchange was ${why}, without waking the owner`, async () => {
      const { called, activities } = rows({ exchangeCode: async () => why })

      const report = await run('connect', activities)

      assert.deepEqual(called, [`giveUp ${why}`])
      assert.equal(report.reason, why)
    })

  it('repeats a nudge that was lost', async () => {
    const { called, row, activities } = rows()
    row.reportAfterNudges = 4

    const report = await run('disconnect', activities)

    assert.deepEqual(report, LIVE)
    assert.equal(called.length, 4)
  })

  it('gives up after ten minutes, and says that the work goes on', async () => {
    const { called, row, activities } = rows()
    row.reportAfterNudges = 1_000

    const report = await run('reconnect', activities)

    assert.equal(report.reason, 'timedOut')
    assert.ok(called.length > 35 && called.length < 60, `${called.length} calls in ten minutes`)
  })

  it('gives up in the end also where its owner can never be told', async () => {
    const { activities } = rows({
      nudgeOwner: async () => {
        throw new Error('the engine refuses the start')
      },
    })

    const report = await run('disconnect', activities)

    assert.equal(report.reason, 'timedOut')
  })

  it('keeps the outcome that the owner wrote while it was giving up', async () => {
    const { row, activities } = rows()
    row.reportAfterNudges = 1_000
    const late = rows({
      ...activities,
      giveUp: async () => LIVE,
    })

    const report = await run('reconnect', late.activities)

    assert.deepEqual(report, LIVE)
  })
})

/** The rows of one operation: what was called, and when the owner will have reported. */
function rows(more: Partial<Activities> = {}) {
  const called: string[] = []
  const row = { outcome: null as OperationReport | null, reportAfterNudges: 1 }
  const activities: Partial<Activities> = {
    exchangeCode: async () => {
      called.push('exchangeCode')
      return 'kept'
    },
    nudgeOwner: async ({ hint }) => {
      called.push(hint === undefined ? 'nudgeOwner' : `nudgeOwner ${hint}`)
      const nudges = called.filter((name) => name.startsWith('nudgeOwner')).length
      if (nudges >= row.reportAfterNudges) row.outcome ??= LIVE
    },
    readOutcome: async () => row.outcome,
    giveUp: async ({ why }) => {
      called.push(`giveUp ${why}`)
      row.outcome ??= { outcome: 'failed', reason: why, nextStep: 'Start again.' }
      return row.outcome
    },
    ...more,
  }
  return { called, row, activities }
}
