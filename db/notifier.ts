import type pg from 'pg'

/** The channel on which readers of the outbox are woken; its payload is an organization's id. */
export const OUTBOX_CHANNEL = 'rendezvous_outbox'

/**
 * Commits that notify take turns at one lock of the cluster, so many are told in one: the first
 * after a quiet moment goes at once, those behind it wait for each other.
 */
const COALESCE_MS = 20

/** Wakes the readers of the outbox. May lose a call: they also look every second. */
export function createNotifier(pool: pg.Pool) {
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let quietUntil = 0

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    quietUntil = performance.now() + COALESCE_MS
    const organizations = [...waiting]
    waiting.clear()
    if (organizations.length === 0) return
    await pool
      .query('select pg_notify($1, o) from unnest($2::text[]) as o', [
        OUTBOX_CHANNEL,
        organizations,
      ])
      .catch(() => {})
  }

  function notify(organizationId: string): void {
    waiting.add(organizationId)
    const wait = quietUntil - performance.now()
    if (wait <= 0) void flush()
    else timer ??= setTimeout(() => void flush(), wait)
  }

  return { notify, flush }
}
