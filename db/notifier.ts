import type pg from 'pg'
import type { OutboxRow } from './outbox.ts'

/** The channel on which readers of the outbox are woken: an organization's id and a number in it. */
export const OUTBOX_CHANNEL = 'rendezvous_outbox'

/**
 * Told that the outbox of an organization reaches at least up to this number, and what its last
 * rows are where this very process has written them; answers whether anybody here waits for it.
 */
export type OutboxHeard = (
  organizationId: string,
  seq: number,
  rows?: readonly OutboxRow[],
) => boolean

/**
 * Commits that notify take turns at one lock of the cluster, so many are told in one: the first
 * after a quiet moment goes at once, those behind it wait for each other.
 */
const COALESCE_MS = 20
/** A reader of this very process has read by then, undisturbed by telling the others. */
const READ_HERE_MS = 2

/** What goes wrong for a reader is none of the writer's business, whose work is committed. */
function isHeard(
  heard: OutboxHeard,
  organizationId: string,
  written: readonly OutboxRow[],
): boolean {
  try {
    return heard(organizationId, written.at(-1)?.seq ?? 0, written)
  } catch {
    return false
  }
}

/** Wakes the readers of the outbox. May lose a call: they also look every second. */
export function createNotifier(pool: pg.Pool) {
  const waiting = new Map<string, number>()
  const local: OutboxHeard[] = []
  let timer: NodeJS.Timeout | undefined
  let quietUntil = 0

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    quietUntil = performance.now() + COALESCE_MS
    const payloads = [...waiting].map(([organizationId, seq]) => `${organizationId} ${seq}`)
    waiting.clear()
    if (payloads.length === 0) return
    await pool
      .query('select pg_notify($1, p) from unnest($2::text[]) as p', [OUTBOX_CHANNEL, payloads])
      .catch(() => {})
  }

  function notify(organizationId: string, written: readonly OutboxRow[]): void {
    const seq = written.at(-1)?.seq
    if (seq === undefined) return
    // Readers of this very process need no detour through the server.
    const isReadHere = local.map((heard) => isHeard(heard, organizationId, written)).includes(true)
    waiting.set(organizationId, Math.max(seq, waiting.get(organizationId) ?? 0))
    const wait = Math.max(quietUntil - performance.now(), isReadHere ? READ_HERE_MS : 0)
    if (wait <= 0) void flush()
    else timer ??= setTimeout(() => void flush(), wait)
  }

  return { notify, flush, onLocal: (heard: OutboxHeard) => void local.push(heard) }
}
