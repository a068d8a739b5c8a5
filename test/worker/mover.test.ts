import assert from 'node:assert/strict'
import type { Database } from '../../db/database.ts'
import type { OwnerHint } from '../../domain/owner-state.ts'
import { createMover } from '../../worker/mover.ts'

const NEW = 'https://new.test'
const MINUTE = 60_000

/** Integrations by the base URL of their hook, and an owner that moves its hook when asked. */
function world(hooks: Map<string, string>, stuck: ReadonlySet<string> = new Set()) {
  const asked: string[] = []
  const hints = new Set<OwnerHint | undefined>()
  const directory = {
    integrationsElsewhere: async (baseUrl: string, after: string | null, limit: number) =>
      [...hooks]
        .filter(([id, base]) => base !== baseUrl && (after === null || id > after))
        .map(([integrationId]) => ({ organizationId: 'o', integrationId, provider: 'calendly' }))
        .slice(0, limit),
  }
  const move = createMover({
    database: { directory } as unknown as Database,
    starter: {
      startEvent: async () => assert.fail(),
      runBurst: async () => assert.fail(),
      startOperation: async () => assert.fail(),
      nudgeOwner: async ({ integrationId, hint }) => {
        asked.push(integrationId)
        hints.add(hint)
        if (!stuck.has(integrationId)) hooks.set(integrationId, NEW)
      },
    },
    log: { info: () => {}, warn: () => {} },
    apiUrl: NEW,
  })
  return { move, asked, hints }
}

const many = (count: number): Map<string, string> =>
  new Map(Array.from({ length: count }, (_, n) => [String(n).padStart(3, '0'), 'https://old.test']))

describe('mover', () => {
  it('moves every hook to the present public URL, a few at a time', async () => {
    const { move, asked, hints } = world(many(60))
    const steps: number[] = []

    for (let sweep = 0; sweep < 5; sweep += 1) {
      const before = asked.length
      await move(sweep * MINUTE)
      steps.push(asked.length - before)
    }

    assert.deepEqual(steps, [25, 25, 10, 0, 0])
    assert.deepEqual([...hints], ['reconcile'])
  })

  it('is not held up by hooks that do not move, and comes back to them once an hour', async () => {
    const stuck = new Set(many(30).keys())
    const { move, asked } = world(many(60), stuck)

    for (let sweep = 0; sweep < 60; sweep += 1) await move(sweep * MINUTE)

    assert.equal(new Set(asked).size, 60)
    assert.equal(asked.filter((id) => id === '000').length, 1)
    for (let sweep = 60; sweep < 63; sweep += 1) await move(sweep * MINUTE)
    assert.equal(asked.filter((id) => id === '000').length, 2)
  })
})
