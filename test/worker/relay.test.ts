import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Directory } from '../../db/directory.ts'
import { runRelay } from '../../worker/relay.ts'
import type { Starter } from '../../worker/starter.ts'
import type { EventInput } from '../../workflows/contract.ts'

type Asked = 'claimBacklog' | 'isPouringIn' | 'unfinishedEvents' | 'unstartedOperations'
type Rows = { -readonly [Name in Asked]: Directory[Name] }

/** Rows that wait, and a Temporal that notes what was started. */
function world(backlog: number) {
  const waiting = Array.from({ length: backlog }, (_, n) => event(n))
  const started: string[] = []
  const bursts: number[] = []
  const forgotten: EventInput[] = []
  const noted: string[] = []
  const operations: { organizationId: string; operationId: string; kind: 'connect' }[] = []
  const directory: Rows = {
    claimBacklog: async (limit) => waiting.splice(0, limit),
    isPouringIn: async () => false,
    unfinishedEvents: async () => forgotten.splice(0),
    unstartedOperations: async () => operations.splice(0),
  }
  const starter: { -readonly [Name in keyof Starter]: Starter[Name] } = {
    startEvent: async ({ eventId }) => void started.push(eventId),
    runBurst: async (events) => void bursts.push(events.length),
    startOperation: async ({ operationId }) => void started.push(operationId),
    nudgeOwner: async () => {},
  }
  const noteStarted = async ({ operationId }: { operationId: string }): Promise<void> =>
    void noted.push(operationId)
  return { waiting, started, bursts, forgotten, operations, noted, directory, starter, noteStarted }
}

const event = (n: number): EventInput => ({ organizationId: 'org', eventId: `event-${n}` })

async function runUntil(rows: ReturnType<typeof world>, isDone: () => boolean): Promise<void> {
  const stopping = new AbortController()
  const directory = rows.directory as Directory
  const log = { info: () => {}, warn: () => {} }
  const relay = runRelay({ ...rows, directory, log }, stopping.signal)
  const deadline = Date.now() + 5_000
  while (!isDone() && Date.now() < deadline) await pause(5)
  stopping.abort()
  await relay
}

describe('relay', () => {
  it('gives a few left-over events a workflow each', async () => {
    const rows = world(3)

    await runUntil(rows, () => rows.started.length === 3)

    assert.deepEqual(rows.started, ['event-0', 'event-1', 'event-2'])
    assert.deepEqual(rows.bursts, [])
  })

  it('drains a backlog in bursts of a hundred', async () => {
    const rows = world(350)

    await runUntil(rows, () => rows.bursts.length === 4)

    assert.deepEqual(rows.bursts, [100, 100, 100, 50])
  })

  it('stands back while more pours in, and has three bursts in flight once that is over', async () => {
    const rows = world(2_000)
    let looks = 0
    rows.directory.isPouringIn = async () => (looks += 1) < 5
    const atTheLooks: number[] = []
    const ends: (() => void)[] = []
    rows.starter.runBurst = async () => {
      rows.bursts.push(100)
      atTheLooks.push(looks)
      await new Promise<void>((resolve) => void ends.push(resolve))
    }

    await runUntil(rows, () => {
      const isDone = rows.bursts.length === 3
      if (isDone) for (const end of ends) end()
      return isDone
    })

    // The first is under way when it is noticed; the others wait until the fifth look says no.
    assert.deepEqual(atTheLooks, [0, 5, 6])
  })

  it('stands back for two seconds and no longer, however long more pours in', async () => {
    const rows = world(400)
    rows.directory.isPouringIn = async () => true
    const begun = Date.now()
    let secondAt = 0
    rows.starter.runBurst = async () => {
      if (rows.bursts.push(100) === 2) secondAt = Date.now() - begun
    }

    await runUntil(rows, () => rows.bursts.length === 4)

    assert.deepEqual(rows.bursts, [100, 100, 100, 100])
    assert.ok(secondAt >= 1_990, `after ${secondAt} ms`)
  })

  it('stands back once per backlog, whatever lulls there are before it is gone', async () => {
    const rows = world(2_900)
    let looks = 0
    rows.directory.isPouringIn = async () => (looks += 1) % 3 !== 0
    const begun = Date.now()

    await runUntil(rows, () => rows.waiting.length === 0)

    assert.equal(rows.waiting.length, 0)
    assert.ok(Date.now() - begun < 4_000)
  })

  it('takes up events whose starter died, and operations that nobody started', async () => {
    const rows = world(0)
    rows.forgotten.push(event(7))
    rows.operations.push({ organizationId: 'org', operationId: 'operation-1', kind: 'connect' })

    await runUntil(rows, () => rows.started.length === 2)

    assert.deepEqual(rows.started, ['event-7', 'operation-1'])
  })

  it('notes the operations it started, and none that Temporal did not take', async () => {
    const rows = world(0)
    for (const operationId of ['operation-1', 'operation-2'])
      rows.operations.push({ organizationId: 'org', operationId, kind: 'connect' })
    const { startOperation } = rows.starter
    rows.starter.startOperation = async (operation) => {
      await startOperation(operation)
      if (operation.operationId === 'operation-2') throw new Error('away')
    }

    await runUntil(rows, () => rows.started.length === 2)

    assert.deepEqual(rows.noted, ['operation-1'])
  })

  it('rests while Temporal or the database is away, and goes on by itself', async () => {
    const rows = world(2)
    const { claimBacklog } = rows.directory
    let failures = 1
    rows.directory.claimBacklog = async (limit) => {
      if (failures > 0) {
        failures -= 1
        throw new Error('away')
      }
      return claimBacklog(limit)
    }

    await runUntil(rows, () => rows.started.length === 2)

    assert.equal(rows.started.length, 2)
  })

  it('loses none of the others when one burst fails', async () => {
    const rows = world(250)
    const { runBurst } = rows.starter
    let isFirst = true
    rows.starter.runBurst = async (events) => {
      if (isFirst) {
        isFirst = false
        throw new Error('the worker died')
      }
      return runBurst(events)
    }

    await runUntil(rows, () => rows.bursts.length === 2)

    assert.deepEqual(rows.bursts, [100, 50])
  })
})
