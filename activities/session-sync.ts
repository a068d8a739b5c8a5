import type { TenantTx } from '../db/database.ts'
import { park } from '../db/parked.ts'
import { applySession } from '../db/session-bookings.ts'
import { addToSyncRun } from '../db/sync.ts'
import { keepSynced } from '../db/synced-events.ts'
import type { SyncCursor } from '../domain/owner-state.ts'
import type { SessionFact } from '../domain/session-fact.ts'
import type { ActivityDeps, IntegrationRow } from './deps.ts'
import type { Reach } from './reach.ts'

/** One transaction for twenty bookings: each of them locks a client and a package. */
const BATCH = 20

interface SessionPage {
  readonly place: SyncCursor
  readonly reach: Pick<Reach, 'provider'>
  readonly sessions: readonly SessionFact[]
}

/** What a sync finds becomes sessions by the same effect as a delivery. */
export function createSessionSync({ database }: Pick<ActivityDeps, 'database'>) {
  /** Applies a page; what waits for a client or a package is parked, once, for people to see. */
  async function applySessions(
    { organizationId, integrationId }: IntegrationRow,
    { place, reach, sessions }: SessionPage,
  ): Promise<{ readonly created: number; readonly changed: number }> {
    const provider = reach.provider.name
    const found = { created: 0, changed: 0 }
    for (let at = 0; at < sessions.length; at += BATCH)
      found.changed += await database.withTenant(organizationId, async (tx) => {
        let changed = 0
        for (const fact of sessions.slice(at, at + BATCH)) {
          const applied = await applySession(tx, { integrationId, eventId: null, fact })
          if (applied.kind === 'parked')
            await parkOnce(tx, { integrationId, provider, fact, applied })
          else if (applied.kind === 'applied' && applied.changed) changed += 1
        }
        if (changed > 0)
          await addToSyncRun(tx, { runId: place.runId, created: 0, changed, missedByHook: 0 })
        return changed
      })
    return found
  }

  return { applySessions }
}

interface Waiting {
  readonly integrationId: string
  readonly provider: SessionFact['provider']
  readonly fact: SessionFact
  readonly applied: { readonly reason: string; readonly waitsFor: string }
}

/** What is off already needs nobody: only what is on is worth a person's look. */
async function parkOnce(
  tx: TenantTx,
  { integrationId, provider, fact, applied }: Waiting,
): Promise<void> {
  if (fact.kind === 'cancelled' || fact.kind === 'rejected' || fact.kind === 'noShow') return
  const eventId = await keepSynced(tx, {
    integrationId,
    provider,
    said: JSON.stringify(fact),
    dedupeKey: `SYNC ${fact.bookingUid} ${fact.kind} ${fact.startAt}`,
  })
  if (eventId === undefined) return
  await park(tx, { eventId, reason: applied.reason, waitsFor: applied.waitsFor })
}
