/** Five seconds bound how long a retired key is still tried; the store asks again anyway. */
const LIFE_MS = 5_000
/** Random ids must not fill the memory: a full cache starts over. */
const ENTRIES = 10_000

/**
 * Remembers answers for five seconds and asks once for callers at the same time. A failed question
 * is forgotten at once.
 */
export function createShortCache<Value>(
  ask: (key: string) => Promise<Value>,
): (key: string) => Value | Promise<Value> {
  const known = new Map<string, { value: Value; until: number }>()
  const asking = new Map<string, Promise<Value>>()

  async function learn(key: string): Promise<Value> {
    try {
      const value = await ask(key)
      if (known.size >= ENTRIES) known.clear()
      known.set(key, { value, until: Date.now() + LIFE_MS })
      return value
    } finally {
      asking.delete(key)
    }
  }

  return (key) => {
    const entry = known.get(key)
    if (entry !== undefined && Date.now() < entry.until) return entry.value
    const pending = asking.get(key) ?? learn(key)
    if (!asking.has(key)) asking.set(key, pending)
    return pending
  }
}
