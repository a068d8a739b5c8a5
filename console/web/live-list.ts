/** What a list that fills by itself needs to know of its records. */
export interface LiveRecord {
  readonly id: string
  readonly updated_at: string
}

/**
 * Promises the list with these records in it; of two versions of one record the newer stays, and
 * of what was erased nothing comes back.
 */
export function mergeRecords<Item extends LiveRecord>(
  known: ReadonlyMap<string, Item>,
  incoming: readonly Item[],
  erased: ReadonlySet<string> = NOTHING,
): ReadonlyMap<string, Item> {
  const merged = new Map(known)
  for (const record of incoming) {
    if (erased.has(record.id)) continue
    const present = merged.get(record.id)
    // An answer asked for before a frame came may arrive after it.
    if (present === undefined || !isOlder(record, present)) merged.set(record.id, record)
  }
  return merged
}

/** Promises the list without this record. */
export function withoutRecord<Item>(
  known: ReadonlyMap<string, Item>,
  id: string,
): ReadonlyMap<string, Item> {
  if (!known.has(id)) return known
  const kept = new Map(known)
  kept.delete(id)
  return kept
}

/** Meetings that are not over, the next one first; then the others, the latest first. */
export function splitByTime<Item extends { start_at: string; end_at: string }>(
  meetings: Iterable<Item>,
  now: number,
): { upcoming: Item[]; past: Item[] } {
  const sorted = [...meetings].sort((a, b) => Date.parse(a.start_at) - Date.parse(b.start_at))
  const isOver = (it: Item) => Date.parse(it.end_at) < now
  return {
    upcoming: sorted.filter((it) => !isOver(it)),
    past: sorted.filter(isOver).toReversed(),
  }
}

/** What works or needs somebody first, what has been given up last; each as the API orders them. */
export const inUseFirst = <Item extends { status: string }>(items: readonly Item[]): Item[] => [
  ...items.filter(({ status }) => status !== 'disconnected'),
  ...items.filter(({ status }) => status === 'disconnected'),
]

const NOTHING: ReadonlySet<string> = new Set()

const isOlder = (a: LiveRecord, b: LiveRecord) =>
  Date.parse(a.updated_at) < Date.parse(b.updated_at)
