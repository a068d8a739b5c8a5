import type { WakerDeps } from './waker.ts'

/** As often as an owner of an ill hook looks by itself: nobody can make it look more often. */
const ASKED_AGAIN_MS = 15 * 60_000
/** A thousand at a time, so that one look is one short query. */
const PAGE = 1_000

/**
 * Asks, at each call, the owners of hooks that got three deliveries in a row which can't be
 * verified to look at them now instead of within the hour. What it means, the owner judges.
 */
export function createSuspicion({
  database,
  starter,
  log,
}: WakerDeps): (now: number) => Promise<void> {
  let asked = new Map<string, number>()
  return async function suspect(now) {
    const remembered = new Map<string, number>()
    for (const row of await database.directory.hooksInDoubt(PAGE)) {
      const at = asked.get(row.integrationId)
      const isAskedLately = at !== undefined && now - at < ASKED_AGAIN_MS
      if (!isAskedLately) await starter.nudgeOwner({ ...row, hint: 'reconcile' })
      remembered.set(row.integrationId, isAskedLately ? at : now)
      if (!isAskedLately) log.info(row, 'sweep asks for a look at a hook in doubt')
    }
    // Whoever is no longer in doubt is forgotten.
    asked = remembered
  }
}
