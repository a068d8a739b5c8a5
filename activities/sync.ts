import { applyBooking } from '../db/bookings.ts'
import { openTokens } from '../db/credentials.ts'
import { readIntegration } from '../db/integrations.ts'
import { addToSyncRun, beginSyncRun, finishSyncRun } from '../db/sync.ts'
import type { InviteeFact, SlotFact } from '../domain/booking.ts'
import type { JobResult, SyncCursor } from '../domain/owner-state.ts'
import type { ProviderName } from '../domain/provider-name.ts'
import type { Access, AccountUris, Provider } from '../providers/provider.ts'
import { type ActivityDeps, type OwnedJob, providerOf } from './deps.ts'
import { jobResultOf } from './job-results.ts'

const DAY = 24 * 60 * 60_000
/** Spec section 5: at connect the past 30 and the next 365 days; afterwards a sliding window. */
const PAST_DAYS = 30
const NEXT_DAYS = 365
/** A window reaches back over the 24 hours of a provider's own retries, twice. */
const WINDOW_PAST_DAYS = 2
/** One transaction for fifty people keeps locks short and commits few. */
const BATCH = 50

/** A page of the sync, and where it stands. */
export interface SyncInput extends OwnedJob {
  readonly cursor: SyncCursor | null
  readonly first: boolean
}

/** Fetching bookings: what no webhook brought is found here. */
export function createSyncActivities(deps: ActivityDeps) {
  const { database } = deps

  /** One page of slots with all their people, through the same effect as a delivery. */
  async function syncPage(input: SyncInput): Promise<JobResult> {
    const { organizationId, integrationId, now } = input
    const reach = await reachOf(input)
    if (reach === undefined) return { kind: 'unauthorized' }
    const cursor = input.cursor ?? (await begin(input))
    try {
      const { seen, nextPage } = await readPage(reach, cursor)
      const found = await applyAll(input, reach.provider.name, seen)
      const next = nextCursor(cursor, nextPage)
      await database.withTenant(organizationId, async (tx) => {
        await addToSyncRun(tx, { runId: cursor.runId, seen: seen.length, ...found })
        if (next === null) await finishSyncRun(tx, { runId: cursor.runId, now })
      })
      const text = `${seen.length} seen, ${found.created} new, ${found.changed} changed`
      deps.log.info({ integrationId, ...found, seen: seen.length }, 'sync page')
      return { kind: 'page', found: text, next }
    } catch (error) {
      return jobResultOf(error)
    }
  }

  async function begin({
    organizationId,
    integrationId,
    now,
    first,
  }: SyncInput): Promise<SyncCursor> {
    const kind = first ? 'backfill' : 'window'
    const from = now - (first ? PAST_DAYS : WINDOW_PAST_DAYS) * DAY
    const to = now + NEXT_DAYS * DAY
    const runId = await database.withTenant(organizationId, (tx) =>
      beginSyncRun(tx, { integrationId, kind, from, to, now }),
    )
    return { kind, runId, phase: 'active', pageToken: null, from, to }
  }

  async function applyAll(
    { organizationId, integrationId }: SyncInput,
    provider: ProviderName,
    seen: readonly Seen[],
  ): Promise<{ created: number; changed: number }> {
    const found = { created: 0, changed: 0 }
    for (let at = 0; at < seen.length; at += BATCH)
      await database.withTenant(organizationId, async (tx) => {
        for (const { slot, invitee } of seen.slice(at, at + BATCH)) {
          const event = { provider, kind: 'seen', slot, invitee } as const
          const applied = await applyBooking(tx, { integrationId, event, eventId: null })
          found.created += applied.created ? 1 : 0
          found.changed += applied.changed && !applied.created ? 1 : 0
        }
      })
    return found
  }

  async function reachOf({ organizationId, integrationId }: SyncInput): Promise<Reach | undefined> {
    return database.withTenant(organizationId, async (tx) => {
      const row = await readIntegration(tx, integrationId)
      const tokens = await openTokens(tx, { integrationId, role: 'current' })
      if (row === undefined || tokens?.account == null) return undefined
      const { accessToken: token, account } = tokens
      return {
        provider: providerOf(deps, row.provider),
        access: { token },
        account,
        scope: row.scope,
      }
    })
  }

  return { syncPage }
}

interface Reach {
  readonly provider: Provider
  readonly access: Access
  readonly account: AccountUris
  readonly scope: 'user' | 'organization'
}

interface Seen {
  readonly slot: SlotFact
  readonly invitee: InviteeFact
}

async function readPage(reach: Reach, cursor: SyncCursor) {
  const { provider, access, account, scope } = reach
  const page = await provider.listBookings(access, {
    account,
    scope,
    status: cursor.phase,
    from: new Date(cursor.from).toISOString(),
    to: new Date(cursor.to).toISOString(),
    ...(cursor.pageToken !== null && { pageToken: cursor.pageToken }),
  })
  const seen: Seen[] = []
  for (const { slot, invitees } of page.items) {
    const people = invitees ?? (await allInvitees(reach, slot.uri))
    seen.push(...people.map((invitee) => ({ slot, invitee })))
  }
  return { seen, nextPage: page.nextPage }
}

async function allInvitees({ provider, access }: Reach, slotUri: string): Promise<InviteeFact[]> {
  const people: InviteeFact[] = []
  let pageToken: string | null = null
  do {
    const query = { slotUri, ...(pageToken !== null && { pageToken }) }
    const page: Awaited<ReturnType<Provider['listInvitees']>> = await provider.listInvitees(
      access,
      query,
    )
    people.push(...page.items)
    pageToken = page.nextPage
  } while (pageToken !== null)
  return people
}

/** The active bookings first, because people wait for those; then the canceled ones. */
function nextCursor(cursor: SyncCursor, nextPage: string | null): SyncCursor | null {
  if (nextPage !== null) return { ...cursor, pageToken: nextPage }
  return cursor.phase === 'active' ? { ...cursor, phase: 'canceled', pageToken: null } : null
}
