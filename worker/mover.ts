import type { WakerDeps } from './waker.ts'
import { eachAlone } from './each-alone.ts'

/** What moving hooks needs of the world. */
interface MoverDeps extends WakerDeps {
  /** Where the ingress is reached now; what still calls us elsewhere is to move. */
  readonly apiUrl: string
}

/** A move is four provider calls: in an hour fifteen hundred have moved, and nobody noticed. */
const MOVED_AT_ONCE = 25
/** One that can't move, like a webhook made by hand, is not asked each minute for ever. */
const ASKED_AGAIN_MS = 60 * 60_000

/**
 * Asks, at each call, a few owners whose hook still calls us under a former public URL to move it,
 * each in its turn, until none is left. The owner makes the new hook before it deletes the old.
 */
export function createMover({
  database,
  starter,
  log,
  apiUrl,
}: MoverDeps): (now: number) => Promise<void> {
  const asked = new Map<string, number>()
  let after: string | null = null
  return async function move(now) {
    for (const [id, at] of asked) if (now - at >= ASKED_AGAIN_MS) asked.delete(id)
    const elsewhere = await database.directory.integrationsElsewhere(apiUrl, after, MOVED_AT_ONCE)
    const moving = elsewhere.filter(({ integrationId }) => !asked.has(integrationId))
    await eachAlone(moving, async (row) => {
      await starter.nudgeOwner({ ...row, hint: 'reconcile' })
      asked.set(row.integrationId, now)
    })
    // One that can't move must not hold up those behind it.
    after = elsewhere.length < MOVED_AT_ONCE ? null : (elsewhere.at(-1)?.integrationId ?? null)
    if (moving.length > 0)
      log.info({ moving: moving.length }, 'sweep moves hooks to the present URL')
  }
}
