import { applyChunk } from '../db/booking-chunk.ts'
import { lineageKeys } from '../db/booking-load.ts'
import type { TenantTx } from '../db/database.ts'
import { isId } from '../db/ids.ts'
import { type LockedEvent, lockFreeEvents, markAllProcessed } from '../db/inbound-events.ts'
import type { BookingEvent } from '../domain/booking.ts'
import type { ActivityDeps } from './deps.ts'
import type { EventEnd, EventRow } from './event-end.ts'
import { inLanes, queuesOf } from './queues.ts'
import { contentOf } from './understanding.ts'

/** Four at a time keep PostgreSQL busy while this process parses; more only queue on the pool. */
const LANES = 4
/** Where a transaction's own price is spread thin, and its locks are still held for a moment only. */
const CHUNK = 50

/** What a burst needs of the way that single events go. */
export interface OneByOne {
  readonly applyAs: (row: EventRow, workflowId: string | null) => Promise<EventEnd | 'doubtful'>
}

interface Burst {
  readonly events: readonly EventRow[]
  readonly workflowId: string | null
}

/** Many events for the price of a few. */
export function createBurst(deps: ActivityDeps, { applyAs }: OneByOne) {
  const { database, log } = deps

  /**
   * Plain bookings of one organization share a transaction; whatever is linked to another event or
   * to what is known goes alone, and in order. One that fails does not hold up the others: it
   * stays unfinished, and the relay gives it a workflow of its own.
   */
  return async function apply({ events, workflowId }: Burst) {
    const failed = new Set<string>()
    const goAlone = async (queue: readonly EventRow[]): Promise<void> => {
      for (const row of queue) {
        const end = await applyAs(row, workflowId).catch(() => 'failed' as const)
        if (end === 'failed' || end === 'doubtful') failed.add(row.eventId)
      }
    }
    for (const chunks of roundsOf(events)) {
      const left = await inLanes(LANES, chunks, (rows) => applyTogether(rows, workflowId))
      await inLanes(LANES, left.flat(), goAlone)
    }
    const handedOver = events.filter(({ eventId }) => failed.has(eventId)).length
    return { processed: events.length - handedOver, handedOver }
  }

  /** Answers what is left, in queues of events that wait for one another. */
  async function applyTogether(
    rows: readonly EventRow[],
    workflowId: string | null,
  ): Promise<EventRow[][]> {
    let queues = rows.map((row) => [row])
    const [first] = rows
    if (first === undefined || rows.length === 1) return queues
    const begun = performance.now()
    try {
      const done = await database.withTenant(first.organizationId, async (tx) => {
        const seen = await lookAt(tx, rows)
        const lines = queuesOf(seen)
        queues = lines.map((line) => line.map(({ row }) => row))
        return applyPlain(tx, { plain: lines.flatMap(([head]) => plainOf(head)), workflowId })
      })
      const ms = Math.round(performance.now() - begun)
      for (const [eventId, meetingId] of done)
        log.info({ eventId, ms, status: 'processed', meetingId }, 'processed')
      return queues.map((queue) => queue.filter(({ eventId }) => !done.has(eventId)))
    } catch (error) {
      const kind = error instanceof Error ? error.name : 'unknown'
      log.warn({ kind, events: rows.length }, 'a chunk failed; its events go one by one')
      return queues
    }
  }

  /** What each event tells and is linked to; one that somebody else handles now is only named. */
  async function lookAt(tx: TenantTx, rows: readonly EventRow[]): Promise<Seen[]> {
    const ids = rows.map(({ eventId }) => eventId).filter((id) => isId(id))
    const locked = new Map((await lockFreeEvents(tx, ids)).map((event) => [event.id, event]))
    return rows.map((row) => {
      const event = locked.get(row.eventId)
      if (event?.status !== 'received') return { row, keys: [] }
      const content = contentOf(deps, event)
      // What must be read again can't be plain.
      if (!content.ok || content.event === null || content.rereads !== null)
        return { row, keys: [] }
      return { row, keys: lineageKeys(content.event), event, told: content.event }
    })
  }
}

interface Seen {
  readonly row: EventRow
  readonly keys: readonly string[]
  readonly event?: LockedEvent
  readonly told?: BookingEvent
}

type Plain = Required<Seen>

/** A new booking that nothing keeps from having its effect now. */
function plainOf(seen: Seen | undefined): Plain[] {
  if (seen?.event === undefined || seen.told?.kind !== 'created') return []
  const { event, told } = seen
  return event.purpose === 'prospects' ? [{ ...seen, event, told }] : []
}

/** All effects, or none; answers the meetings of those that had theirs. */
async function applyPlain(
  tx: TenantTx,
  { plain, workflowId }: { readonly plain: readonly Plain[]; readonly workflowId: string | null },
): Promise<Map<string, string>> {
  const bookings = plain.map(({ event: { id, integrationId }, told }) => ({
    eventId: id,
    integrationId,
    event: told,
  }))
  const done = await applyChunk(tx, bookings)
  if (done.size > 0) await markAllProcessed(tx, [...done.keys()], workflowId)
  return done
}

/** Chunks of one organization each, in the order given: its n-th one is in the n-th round. */
function roundsOf(events: readonly EventRow[]): EventRow[][][] {
  const rounds: EventRow[][][] = []
  const once = new Map(events.map((row) => [row.eventId, row]))
  for (const rows of Map.groupBy(once.values(), ({ organizationId }) => organizationId).values())
    for (let at = 0; at < rows.length; at += CHUNK)
      (rounds[at / CHUNK] ??= []).push(rows.slice(at, at + CHUNK))
  return rounds
}
