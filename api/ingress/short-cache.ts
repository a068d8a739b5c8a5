/** Five seconds bound how long a retired key is still tried; the store asks again anyway. */
const LIFE_MS = 5_000
/** Random ids must not fill the memory: a full cache starts over. */
const ENTRIES = 10_000

export interface ShortCache<Value> {
  /** The answer to a key; without a detour where it is known. */
  readonly of: (key: string) => Value | Promise<Value>
  readonly isKnown: (key: string) => boolean
}

/**
 * Remembers answers for five seconds and asks once for callers at the same time. A failed question
 * is forgotten at once.
 */
export function createShortCache<Value>(ask: (key: string) => Promise<Value>): ShortCache<Value> {
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

  function fresh(key: string): { value: Value } | undefined {
    const entry = known.get(key)
    return entry !== undefined && Date.now() < entry.until ? entry : undefined
  }

  return {
    of(key) {
      const entry = fresh(key)
      if (entry !== undefined) return entry.value
      const pending = asking.get(key) ?? learn(key)
      if (!asking.has(key)) asking.set(key, pending)
      return pending
    },
    isKnown: (key) => fresh(key) !== undefined,
  }
}
