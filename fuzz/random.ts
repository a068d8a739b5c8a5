/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to below the bound. */
  readonly below: (bound: number) => number
  readonly one: <Item>(items: readonly [Item, ...Item[]]) => Item
  readonly bytes: (length: number) => Buffer
}

/** Promises the same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  // Mulberry32: short, and even enough to choose among mutations.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    below,
    one: (items) => items[below(items.length)] ?? items[0],
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
}
