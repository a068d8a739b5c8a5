import type { Database } from '../db/database.ts'
import type { OutboxRow } from '../db/outbox.ts'

/** One socket, as the feed of its organization sees it. */
export interface Listener {
  /** The last number it was told, or was found to have nothing to do with it. */
  seq: number
  readonly isInRoom: (room: string) => boolean
  readonly send: (event: string, frame: object) => void
}

/** The changes of one organization for the sockets of this process. */
export interface Feed {
  /** Tells a listener what it missed, then lets it hear what comes. */
  join(listener: Listener): Promise<void>
  /** Answers how many are left. */
  leave(listener: Listener): number
  /**
   * Reads what is new, once, however often it is called meanwhile; not at all where everybody has
   * been told up to the number given.
   */
  look(seq?: number): void
  /** The same, given the last rows up to the number: told at once where they are the next. */
  hear(seq: number, rows?: readonly OutboxRow[]): void
}

export interface FeedDeps {
  readonly database: Database
  readonly organizationId: string
  readonly warn: (text: string) => void
}

/** A page of changes; a burst is read in several. */
const PAGE = 500

/** Makes the feed of an organization. Each frame reaches each socket at most once, in order. */
export function createFeed({ database, organizationId, warn }: FeedDeps): Feed {
  /** Everybody, and of them those who have caught up. */
  const members = new Set<Listener>()
  const listeners = new Set<Listener>()
  let mark = 0
  let isLooking = false
  /** Up to which number there is something to tell, as far as was heard. */
  let heard = 0
  let looks = 0

  const read = (afterSeq: number): Promise<OutboxRow[]> =>
    database.outboxSince(organizationId, { afterSeq, limit: PAGE })

  function tell(listener: Listener, row: OutboxRow): void {
    // A listener that joined meanwhile may have read further than this feed.
    if (row.seq <= listener.seq) return
    listener.seq = row.seq
    if (maySee(listener, row)) listener.send(row.event, { seq: row.seq, ...row.payload })
  }

  const maySee = ({ isInRoom }: Listener, { audience }: OutboxRow): boolean =>
    isInRoom(`org:${organizationId}`) || audience.some((userId) => isInRoom(`user:${userId}`))

  function tellAll(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      for (const listener of listeners) tell(listener, row)
      mark = row.seq
    }
  }

  async function lookOnce(): Promise<void> {
    isLooking = true
    try {
      while (heard > mark && listeners.size > 0) {
        const before = looks
        const rows = await read(mark)
        tellAll(rows)
        // Less than a page was all there is, unless more was heard of while it was read.
        if (rows.length < PAGE && looks === before) heard = mark
      }
    } finally {
      // In the same turn as the last question whether there is more: no look is lost between.
      isLooking = false
    }
  }

  function look(seq = Number.POSITIVE_INFINITY): void {
    if (seq <= mark) return
    heard = Math.max(heard, seq)
    looks += 1
    if (isLooking) return
    lookOnce().catch(() => warn('changes could not be read; the next look is in a second'))
  }

  return {
    async join(listener) {
      members.add(listener)
      for (;;) {
        const before = mark
        const rows = await read(listener.seq)
        for (const row of rows) tell(listener, row)
        // Nothing is awaited between this look and the entry: no change can slip between them.
        // Old changes are purged, so a number below the mark may be the last; but one that others
        // were told of while this was read may be missing in it.
        if (rows.length < PAGE && (listener.seq >= mark || mark === before)) break
      }
      // It may have left while it was catching up.
      if (!members.has(listener)) return
      if (listeners.size === 0) mark = Math.max(mark, listener.seq)
      listeners.add(listener)
      look()
    },
    leave(listener) {
      members.delete(listener)
      listeners.delete(listener)
      return members.size
    },
    look,
    hear(seq, rows = []) {
      const isNext = rows[0]?.seq === mark + 1
      if (isNext && !isLooking && listeners.size > 0) tellAll(rows)
      look(seq)
    },
  }
}
