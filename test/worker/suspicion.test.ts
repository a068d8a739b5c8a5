import assert from 'node:assert/strict'
import type { Database } from '../../db/database.ts'
import type { DoubtedHook } from '../../db/directory.ts'
import type { Starter } from '../../worker/starter.ts'
import { createSuspicion } from '../../worker/suspicion.ts'

const MINUTE = 60_000
const DOUBTED: DoubtedHook = { organizationId: 'org', integrationId: 'one', provider: 'calendly' }

/** Hooks in doubt as the directory tells them, and what their owners were asked. */
function world() {
  const asked: string[] = []
  const rows: DoubtedHook[] = []
  const starter: Pick<Starter, 'nudgeOwner'> = {
    nudgeOwner: async ({ integrationId, hint }) => void asked.push(`${hint} ${integrationId}`),
  }
  const suspect = createSuspicion({
    database: { directory: { hooksInDoubt: async () => rows } } as unknown as Database,
    starter: starter as Starter,
    log: { info: () => {}, warn: () => {} },
  })
  return { asked, rows, suspect }
}

describe('suspicion', () => {
  it('asks the owner of a hook in doubt for a look, and nobody else', async () => {
    const { asked, rows, suspect } = world()
    await suspect(0)
    rows.push(DOUBTED)

    await suspect(MINUTE)

    assert.deepEqual(asked, ['reconcile one'])
  })

  it('asks for no more than a look in a quarter of an hour, whatever arrives', async () => {
    const { asked, rows, suspect } = world()
    rows.push(DOUBTED)

    for (let minute = 0; minute <= 30; minute += 1) await suspect(minute * MINUTE)

    assert.equal(asked.length, 3)
  })
})
