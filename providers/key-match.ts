import { timingSafeEqual } from 'node:crypto'

/** An endpoint has at most three keys, a shared route eight: more would be work for a stranger. */
const MOST_KEYS = 8

/** Computed with when there is no key, so that the time taken does not tell which endpoints exist. */
const NO_KEY = 'no key at all'

/** What is compared: signatures as they came, and the keys that one of them may be made with. */
export interface KeyMatch {
  readonly signatures: readonly Buffer[]
  readonly keys: readonly string[]
  readonly digestWith: (key: string) => Buffer
}

/**
 * Which key made one of the signatures. Every key is compared with every signature, whichever
 * matches first, so that time tells nothing; an empty key matches nothing.
 */
export function matchingKey({ signatures, keys, digestWith }: KeyMatch) {
  const usable = keys.slice(0, MOST_KEYS)
  const isEmpty = usable.every((key) => key === '')
  let matched = -1
  for (const [index, key] of (isEmpty ? [NO_KEY] : usable).entries()) {
    const expected = digestWith(key === '' ? NO_KEY : key)
    for (const given of signatures)
      if (timingSafeEqual(given, expected) && matched === -1 && key !== '') matched = index
  }
  if (isEmpty) return 'noKey'
  return matched === -1 ? 'mismatch' : matched
}
