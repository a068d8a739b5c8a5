/** Something that has its place among all that share a key with it. */
interface Linked {
  readonly keys: readonly string[]
}

/** Everything in queues: whatever is linked, even through others, in one, in the order given. */
export function queuesOf<T extends Linked>(items: readonly T[]): T[][] {
  let queues: { readonly keys: ReadonlySet<string>; readonly items: readonly T[] }[] = []
  for (const item of items) {
    const linked = queues.filter(({ keys }) => item.keys.some((key) => keys.has(key)))
    const joined = {
      keys: new Set([...linked.flatMap(({ keys }) => [...keys]), ...item.keys]),
      items: [...linked.flatMap((queue) => queue.items), item],
    }
    queues = [...queues.filter((queue) => !linked.includes(queue)), joined]
  }
  return queues.map((queue) => [...queue.items])
}

/** Does `work` for each item, so many at a time, begun in their order; answers in their order. */
export async function inLanes<T, R>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const waiting = items.entries()
  const results: R[] = []
  const lane = async (): Promise<void> => {
    for (const [place, item] of waiting) results[place] = await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}
