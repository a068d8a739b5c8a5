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
  const text = decode(rawBody)
  const value = parse(text)
  refuseUnsafe(value, MAY_BE_UNSTORABLE.test(text))
  return value
}

/** UTF-8 that is JSON can hold neither NUL nor half a character unless it spells them out. */
const MAY_BE_UNSTORABLE = /\\u(?:0000|d[89a-f])/i

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(rawBody: Uint8Array): string {
  try {
    return UTF8.decode(rawBody)
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

/** Recursion is safe here: it ends at the deepest level allowed. */
function refuseUnsafe(value: unknown, mayBeUnstorable: boolean, depth = 0): void {
  if (depth > DEEPEST) throw new UnreadableError('tooDeep', 'body')
  if (typeof value === 'string') {
    if (mayBeUnstorable && !isStorable(value)) throw new UnreadableError('unstorableText', 'body')
  } else if (typeof value === 'number') {
    if (!isExact(value)) throw new UnreadableError('badNumber', 'body')
  } else if (Array.isArray(value)) {
    for (const part of value) refuseUnsafe(part, mayBeUnstorable, depth + 1)
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      if (FORBIDDEN.has(key)) throw new UnreadableError('forbiddenKey', 'body')
      if (mayBeUnstorable && !isStorable(key)) throw new UnreadableError('unstorableText', 'body')
      refuseUnsafe((value as Record<string, unknown>)[key], mayBeUnstorable, depth + 1)
    }
  }
}

/** Keys that reach prototypes. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** PostgreSQL stores neither NUL nor half a character. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** A whole number that JavaScript has already rounded is not the one that was sent. */
const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
