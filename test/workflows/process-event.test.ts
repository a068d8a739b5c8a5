import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import type { Activities } from '../../activities/index.ts'
import {
  type BurstResult,
  burstStart,
  type EventResult,
  eventStart,
  INTEGRATIONS_QUEUE,
} from '../../workflows/contract.ts'
import { keepHistory } from '../support/histories.ts'
import { timeSkippingEnv, workflowBundle } from '../support/temporal.ts'

const event = (eventId: string) => ({ organizationId: randomUUID(), eventId })

describe('processEvent', function processEventSuite() {
  this.timeout(60_000)
  let env: TestWorkflowEnvironment

  before(async () => {
    env = await timeSkippingEnv()
  })
  after(() => env.teardown())

  async function working<T>(
    activities: Partial<Activities>,
    play: (taskQueue: string) => Promise<T>,
  ): Promise<T> {
    const taskQueue = randomUUID()
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities,
    })
    return worker.runUntil(() => play(taskQueue))
  }

  /** With a worker for the looks at the provider beside that for events. */
  async function looking(
    activities: Partial<Activities>,
    start: ReturnType<typeof eventStart>,
    name: string,
  ): Promise<EventResult> {
    const lookers = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: INTEGRATIONS_QUEUE,
      activities,
    })
    return lookers.runUntil(() =>
      working(activities, async (taskQueue) => {
        const handle = await env.client.workflow.start('processEvent', { ...start, taskQueue })
        const ended: EventResult = await handle.result()
        await keepHistory(name, handle)
        return ended
      }),
    )
  }

  for (const end of ['processed', 'quarantined', 'parked', 'dropped', 'held'] as const)
    it(`ends as its row says: ${end}`, async () => {
      const start = eventStart(event(randomUUID()))

      const result = await working({ applyEvent: async () => end }, async (taskQueue) => {
        const handle = await env.client.workflow.start('processEvent', { ...start, taskQueue })
        const ended: EventResult = await handle.result()
        await keepHistory(`process-event-${end}`, handle)
        return ended
      })

      assert.equal(result, end)
    })

  it('looks at the provider before it believes a doubtful delivery', async () => {
    const start = eventStart(event(randomUUID()))
    const looked: string[] = []
    const play: Partial<Activities> = {
      applyEvent: async () => 'doubtful',
      applyReread: async ({ eventId }) => {
        looked.push(eventId)
        return 'processed'
      },
    }

    const result = await looking(play, start, 'process-event-reread')

    assert.equal(result, 'processed')
    assert.deepEqual(looked, [start.args[0].eventId])
  })

  it('believes a delivery as it is when the provider can not be asked for a while', async () => {
    const start = eventStart(event(randomUUID()))
    let looks = 0
    const play: Partial<Activities> = {
      applyEvent: async () => 'doubtful',
      applyReread: async () => {
        looks += 1
        throw new Error('the provider is away')
      },
      applyBelieved: async () => 'processed',
    }

    const result = await looking(play, start, 'process-event-believed')

    assert.equal(result, 'processed')
    assert.equal(looks, 6)
  })

  it('repeats its one transaction until the database is back', async () => {
    let tries = 0
    const applyEvent = async (): Promise<EventResult> => {
      tries += 1
      if (tries < 5) throw new Error('the database is away')
      return 'processed'
    }
    const start = eventStart(event(randomUUID()))

    const result = await working({ applyEvent }, (taskQueue) =>
      env.client.workflow.execute('processEvent', { ...start, taskQueue }),
    )

    assert.equal(result, 'processed')
    assert.equal(tries, 5)
  })

  it('hands a burst over in one piece and tells what did not end well', async () => {
    const told: BurstResult = { processed: 2, handedOver: 1 }
    const seen: number[] = []
    const applyBurst: Activities['applyBurst'] = async ({ events }) => {
      seen.push(events.length)
      return told
    }
    const start = burstStart({ events: ['a', 'b', 'c'].map(event) })

    const result = await working({ applyBurst }, async (taskQueue) => {
      const handle = await env.client.workflow.start('processBurst', { ...start, taskQueue })
      const ended: BurstResult = await handle.result()
      await keepHistory('process-burst', handle)
      return ended
    })

    assert.deepEqual(result, told)
    assert.deepEqual(seen, [3])
  })
})
