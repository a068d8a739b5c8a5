import type { Quarantine } from '../domain/booking.ts'

/** Deeper than any real delivery, shallower than any recursion that could fall over. */
const DEEPEST = 32

/** Thrown while reading and caught by whoever began to read: this can't be understood. */
export class UnreadableError extends Error {
  readonly quarantine: Quarantine

  constructor(reason: Quarantine['reason'], at: string) {
    super(`${reason} at ${at}`)
    this.name = 'UnreadableError'
    this.quarantine = { reason, at }
  }
}

/**
 * The JSON value in the bytes, safe to walk and to store: UTF-8, of limited depth, no keys that
 * reach prototypes, no text or number that the database would refuse. Of two equal keys the last
 * one counts, everywhere.
 */
export function readJson(rawBody: Uint8Array): unknown {
  const value = parse(decode(rawBody))
  refuseUnsafe(value)
  return value
}

function decode(rawBody: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody)
  } catch {
    throw new UnreadableError('notUtf8', 'body')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnreadableError('notJson', 'body')
  }
}

/** Walks with a list instead of recursion: a hostile depth must not reach the stack. */
function refuseUnsafe(root: unknown): void {
  const rest: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, depth } = next
    if (depth > DEEPEST) throw new UnreadableError('tooDeep', 'body')
    if (typeof value === 'string' && !isStorable(value))
      throw new UnreadableError('unstorableText', 'body')
    if (typeof value === 'number' && !isExact(value)) throw new UnreadableError('badNumber', 'body')
    if (typeof value !== 'object' || value === null) continue
    for (const [key, part] of Object.entries(value)) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        throw new UnreadableError('forbiddenKey', 'body')
      if (!isStorable(key)) throw new UnreadableError('unstorableText', 'body')
      rest.push({ value: part, depth: depth + 1 })
    }
  }
}

/** PostgreSQL stores neither NUL nor half a character. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** A whole number that JavaScript has already rounded is not the one that was sent. */
const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
