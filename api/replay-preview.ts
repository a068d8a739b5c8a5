import { isDeepStrictEqual } from 'node:util'
import { applyBooking } from '../db/bookings.ts'
import type { Database, TenantTx } from '../db/database.ts'
import { ERASED } from '../db/erased.ts'
import { Unstorable } from '../db/errors.ts'
import { type LockedEvent, lockEvent } from '../db/inbound-events.ts'
import { readMeeting } from '../db/meetings.ts'
import { readProspect } from '../db/prospects.ts'
import { applySession } from '../db/session-bookings.ts'
import { readSession } from '../db/sessions.ts'
import { missingFact } from '../domain/parking.ts'
import type { Understood } from '../providers/provider.ts'
import type { Identity } from './auth.ts'
import { viewerOf } from './auth.ts'
import { contentOf } from './delivered.ts'
import type { ApiDeps } from './deps.ts'

/** How a replay would end, and what it would change. */
export interface Preview {
  readonly status: 'processed' | 'quarantined' | 'dropped' | 'parked'
  readonly reason: string | null
  readonly changes: Change[]
}

/** A record that would differ, and in what; one that would be made has no id yet. */
interface Change {
  readonly event: string
  readonly id: string | null
  readonly fields: string[]
}

/**
 * Applies an event in a transaction that is rolled back, and answers what it would have changed.
 * The effect is the very one of a booking, so what is told here is what would happen.
 */
export async function previewReplay(
  { database, providers }: Pick<ApiDeps, 'database' | 'providers'>,
  caller: Identity,
  eventId: string,
): Promise<Preview> {
  const told: Told[] = []
  const end = await undone(database, caller.organizationId, async (tx): Promise<End> => {
    const event = await lockEvent(tx, eventId)
    if (event === undefined || event.body.length === 0) return dropped(NO_LONGER_KEPT)
    const content = contentOf(providers, event)
    if (!content.ok) return { status: 'quarantined', reason: `${content.reason} at ${content.at}` }
    const end = await applied(listenedTo(tx, told), event, content)
    const isLookedAt = content.rereads !== null && !event.isByHand
    return isLookedAt && end.status !== 'parked'
      ? { status: 'processed', reason: LOOKS_FIRST }
      : end
  }).catch((error: unknown): End => {
    if (!(error instanceof Unstorable)) throw error
    told.length = 0
    return { status: 'quarantined', reason: `unstorable (${error.code})` }
  })
  // Nothing was committed: what is there now is what was there before.
  const changes = await database.withTenant(caller.organizationId, async (tx) => {
    const found: Change[] = []
    for (const one of told) found.push(await changeOf(tx, caller, one))
    return found
  })
  return { ...end, changes }
}

/** What handling it would do, in the same order of questions. */
async function applied(tx: TenantTx, stored: LockedEvent, content: Understood): Promise<End> {
  const { id: eventId, integrationId, purpose } = stored
  const { event, session } = content
  const missing = event !== null && session === null ? missingFact(stored) : undefined
  if (missing !== undefined) return { status: 'parked', reason: missing.reason }
  if (purpose === 'sessions') {
    if (session === null) return dropped(ASKS_FOR_NOTHING)
    const made = await applySession(tx, { integrationId, eventId, fact: session })
    if (made.kind === 'erased') return dropped(ERASED)
    return made.kind === 'parked' ? { status: 'parked', reason: made.reason } : PROCESSED
  }
  if (event === null) return dropped(ASKS_FOR_NOTHING)
  const made = await applyBooking(tx, { integrationId, event, eventId })
  return made === 'erased' ? dropped(ERASED) : PROCESSED
}

const dropped = (reason: string): End => ({ status: 'dropped', reason })
const PROCESSED: End = { status: 'processed', reason: null }
/** A dry run calls no provider: what a look at the booking adds can't be told beforehand. */
const LOOKS_FIRST = 'The booking is read at the provider first; what that adds is not told here.'
const ASKS_FOR_NOTHING = 'It asks for nothing here.'

/** Why an event can't be handled again, a while after it came. */
export const NO_LONGER_KEPT = 'What was delivered is no longer kept.'

type End = Pick<Preview, 'status' | 'reason'>

interface Told {
  readonly event: string
  readonly payload: object
}

/** The same transaction, telling us instead of the sockets. */
const listenedTo = (tx: TenantTx, told: Told[]): TenantTx => ({
  ...tx,
  emit: (event, payload) => void told.push({ event, payload }),
})

/** When it was written differs each time and says nothing. */
const SAYS_NOTHING = new Set(['id', 'created_at', 'updated_at'])

async function changeOf(tx: TenantTx, caller: Identity, { event, payload }: Told): Promise<Change> {
  const after: Record<string, unknown> = { ...payload }
  const id = String(after['id'])
  const viewer = { ...viewerOf(caller), seesAll: true }
  const read = READERS[event.split(':')[0] ?? ''] ?? readMeeting
  const before: Record<string, unknown> = { ...(await read(tx, viewer, id)) }
  const fields = Object.keys(after).filter(
    (name) => !SAYS_NOTHING.has(name) && !isDeepStrictEqual(after[name], before[name]),
  )
  return { event, id: 'id' in before ? id : null, fields }
}

/** How a record is read as it was, by the kind that is told. */
const READERS: Readonly<
  Record<string, (...asked: Parameters<typeof readMeeting>) => Promise<object | undefined>>
> = { prospect: readProspect, session: readSession }

/** Runs `work` in a transaction of which nothing stays. */
async function undone<T>(
  database: Database,
  organizationId: string,
  work: (tx: TenantTx) => Promise<T>,
): Promise<T> {
  let result: { readonly value: T } | undefined
  try {
    await database.withTenant(organizationId, async (tx) => {
      result = { value: await work(tx) }
      throw new Undone()
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
  }
  if (result === undefined) throw new Error('a preview ended without a result')
  return result.value
}

class Undone extends Error {}
