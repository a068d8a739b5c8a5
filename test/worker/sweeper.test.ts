import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../db/database.ts'
import type { WatchedIntegration } from '../../db/directory.ts'
import { createWaker } from '../../worker/waker.ts'
import { runSweeper, type SweeperDeps } from '../../worker/sweeper.ts'

const watched = (integrationId: string, observedRevision: number): WatchedIntegration => ({
  organizationId: 'org',
  integrationId,
  provider: 'calendly',
  wanted: 'connected',
  status: 'live',
  wantedRevision: 2,
  observedRevision,
  checkedAt: new Date(),
  openDebts: 0,
})

const looked = (name: string, checkedAt: Date | null): WatchedIntegration => ({
  ...watched(name, 2),
  checkedAt,
})

/** Integrations as the directory pages through them, and owners that note who was woken. */
function world(rows: readonly WatchedIntegration[]) {
  const woken: string[] = []
  const asked: (string | null)[] = []
  const directory = {
    integrationsToWatch: async (after: string | null, limit: number) => {
      asked.push(after)
      const from = after === null ? 0 : rows.findIndex((row) => row.integrationId === after) + 1
      return rows.slice(from, from + limit)
    },
    parkedToRetry: async () => [],
    releaseStrays: async () => 0,
    packagesToExpire: async () => [],
    purgeExpired: async () => 0,
    purgeHookTasks: async () => 0,
    purgeKeys: async () => 0,
    purgeEnded: async () => 0,
    purgeOldOfIntegrations: async () => ({ lastId: null, removed: 0 }),
    integrationsElsewhere: async () => [],
    hooksInDoubt: async () => [],
    integrationsOwned: async () => assert.fail(),
  }
  const deps: SweeperDeps = {
    database: { directory, withTenant: assert.fail } as unknown as Database,
    starter: {
      startEvent: async () => assert.fail(),
      runBurst: async () => assert.fail(),
      startOperation: async () => assert.fail(),
      nudgeOwner: async ({ integrationId }) => void woken.push(integrationId),
    },
    owners: {
      async *running() {
        for (const { integrationId } of rows) yield { integrationId, since: new Date() }
      },
      end: async () => assert.fail(),
    },
    apiUrl: 'https://api.test',
    log: { info: () => {}, warn: () => {} },
    everyMs: 5,
  }
  return { woken, asked, deps }
}

async function sweepUntil(deps: SweeperDeps, isDone: () => boolean): Promise<void> {
  const stopping = new AbortController()
  const running = runSweeper(deps, stopping.signal)
  for (const end = Date.now() + 2_000; !isDone() && Date.now() < end; ) await pause(2)
  stopping.abort()
  await running
}

describe('sweeper', () => {
  it('wakes owners whose row waits for them and lets the others sleep', async () => {
    const { woken, deps } = world([watched('settled', 2), watched('waiting', 1)])

    await sweepUntil(deps, () => woken.length > 0)

    assert.deepEqual([...new Set(woken)], ['waiting'])
  })

  it('reads every page of a large installation', async () => {
    const many = Array.from({ length: 2_500 }, (_, n) => watched(`integration-${n}`, 2))
    const { asked, deps } = world([...many, watched('last', 1)])

    await sweepUntil(deps, () => asked.length >= 3)

    assert.deepEqual(asked.slice(0, 3), [null, 'integration-999', 'integration-1999'])
  })

  it('goes on after a look that failed', async () => {
    const { woken, deps } = world([watched('waiting', 1)])
    const { starter } = deps
    let failures = 1
    const nudgeOwner: typeof starter.nudgeOwner = async (nudge) => {
      failures -= 1
      if (failures >= 0) throw new Error('Temporal is away')
      return starter.nudgeOwner(nudge)
    }

    await sweepUntil({ ...deps, starter: { ...starter, nudgeOwner } }, () => woken.length > 0)

    assert.equal(woken[0], 'waiting')
  })

  it('purges what has expired also while Temporal is away', async () => {
    const { deps } = world([watched('waiting', 1)])
    const purged: string[] = []
    Object.assign(deps.starter, {
      nudgeOwner: () => Promise.reject(new Error('Temporal is away')),
    })
    Object.assign(deps.database.directory, {
      purgeKeys: async () => purged.push('keys') * 0,
    })

    await sweepUntil(deps, () => purged.length > 0)

    assert.equal(purged[0], 'keys')
  })

  it('forgets what is old in a round over all integrations, and begins again after the last', async () => {
    const { deps } = world([])
    const asked: (string | null)[] = []
    const next: Readonly<Record<string, string | null>> = { start: 'one', one: 'two', two: null }
    Object.assign(deps.database.directory, {
      purgeOldOfIntegrations: async (after: string | null) => {
        asked.push(after)
        return { lastId: next[after ?? 'start'], removed: 0 }
      },
    })

    await sweepUntil(deps, () => asked.length >= 4)

    assert.deepEqual(asked.slice(0, 4), [null, 'one', 'two', null])
  })

  it('tells a waiting owner of the same wish every ten minutes only, and of a newer one at once', async () => {
    const rows = [watched('waiting', 1)]
    const { woken, deps } = world(rows)
    const wake = createWaker(deps)
    const now = Date.now()

    for (const minute of [0, 1, 9, 10]) await wake(now + minute * 60_000)
    const ofOneWish = woken.length
    rows[0] = { ...watched('waiting', 1), wantedRevision: 3 }
    await wake(now + 11 * 60_000)

    assert.deepEqual([ofOneWish, woken.length], [2, 3])
  })

  it('wakes owners of settled integrations that have not looked for two hours, or never', async () => {
    const now = Date.now()
    const { woken, deps } = world([
      looked('lately', new Date(now - 60 * 60_000)),
      looked('long ago', new Date(now - 121 * 60_000)),
      looked('never', null),
      { ...looked('left', null), wanted: 'disconnected' },
    ])

    await createWaker(deps)(now)

    assert.deepEqual(woken, ['long ago', 'never'])
  })

  it('wakes at most 200 still owners in a sweep, and the next ones in the next', async () => {
    const rows = Array.from({ length: 450 }, (_, n) => ({
      ...watched(`integration-${1_000 + n}`, 2),
      checkedAt: null,
    }))
    const { woken, deps } = world(rows)
    const wake = createWaker(deps)
    const counts: number[] = []

    for (const minute of [0, 1, 2, 3]) {
      await wake(Date.now() + minute * 60_000)
      counts.push(new Set(woken).size)
    }

    assert.deepEqual(counts, [200, 400, 450, 450])
    assert.equal(woken.length, 450)
  })

  it('ends packages whose date has come, each in its own tenant', async () => {
    const { deps } = world([])
    const tenants: string[] = []
    const due = [
      { organizationId: 'one', packageId: 'a' },
      { organizationId: 'two', packageId: 'b' },
    ]
    Object.assign(deps.database, {
      withTenant: async (organizationId: string) => void tenants.push(organizationId),
    })
    Object.assign(deps.database.directory, { packagesToExpire: async () => due.splice(0) })

    await sweepUntil(deps, () => tenants.length === 2)

    assert.deepEqual(tenants, ['one', 'two'])
  })

  it('lets go what stayed held after a resume', async () => {
    const { deps } = world([])
    let strays = 3
    Object.assign(deps.database.directory, {
      releaseStrays: async () => {
        const released = strays
        strays = 0
        return released
      },
    })

    await sweepUntil(deps, () => strays === 0)

    assert.equal(strays, 0)
  })
})
