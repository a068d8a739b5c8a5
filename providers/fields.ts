import { canonicalInstant, type Instant } from '../domain/instant.ts'
import { UnreadableError } from './reading.ts'

/** Longer than any address a provider gives, short enough for a unique index. */
const LONGEST_URI = 500

/** Longer than any id a provider gives out. */
const LONGEST_ID = 100

/**
 * A JSON object by name of its parts. The plain readers are strict, since we can't do without; the
 * `maybe` ones answer null for what is missing, null or of another type, since providers drift.
 */
export interface Fields {
  readonly path: string
  /** The names of all parts. */
  readonly names: readonly string[]
  text(key: string): string
  uri(key: string): string
  instant(key: string): Instant
  object(key: string): Fields
  maybeText(key: string): string | null
  maybeUri(key: string): string | null
  /** A link people may be shown: http or https, or null. */
  maybeLink(key: string): string | null
  /** A name of something: a text or a whole number, told as text; null for anything else. */
  maybeId(key: string): string | null
  /** What somebody chose or typed into a form, as text: a text, number, yes or no, or some texts. */
  maybeAnswer(key: string): string | null
  /** Null if absent; a date that is none is an error all the same. */
  maybeInstant(key: string): Instant | null
  maybeNumber(key: string): number | null
  maybeFlag(key: string): boolean
  maybeObject(key: string): Fields | null
  /** The objects of a list; anything else in it is passed over. */
  objects(key: string): Fields[]
  /** The texts of a list; anything else in it is passed over. */
  texts(key: string): string[]
}

/** The fields of a JSON object; anything else can't be read. `path` names it in complaints. */
export function fieldsOf(value: unknown, path: string): Fields {
  if (!isObject(value)) throw new UnreadableError('notAnObject', path)
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`)
  const get = (key: string): unknown => (Object.hasOwn(value, key) ? (value[key] ?? null) : null)
  const maybeText = (key: string): string | null => {
    const part = get(key)
    return typeof part === 'string' ? part : null
  }
  const text = (key: string): string => {
    const part = get(key)
    if (part === null || part === '') throw new UnreadableError('missingField', at(key))
    if (typeof part !== 'string') throw new UnreadableError('wrongType', at(key))
    return part
  }
  const uri = (key: string): string => {
    const part = text(key)
    if (!isUri(part)) throw new UnreadableError('wrongType', at(key))
    return part
  }
  const instant = (key: string): Instant => {
    const found = canonicalInstant(text(key))
    if (found === undefined) throw new UnreadableError('badDate', at(key))
    return found
  }
  return {
    path,
    names: Object.keys(value),
    text,
    uri,
    instant,
    maybeText,
    object: (key) => {
      if (get(key) === null) throw new UnreadableError('missingField', at(key))
      return fieldsOf(get(key), at(key))
    },
    maybeUri: (key) => {
      const part = maybeText(key)
      return part !== null && isUri(part) ? part : null
    },
    maybeLink: (key) => {
      const part = maybeText(key)
      return part !== null && /^https?:\/\//i.test(part) ? part : null
    },
    maybeId: (key) => {
      const part = get(key)
      if (typeof part === 'number') return Number.isSafeInteger(part) ? String(part) : null
      return typeof part === 'string' && part.length <= LONGEST_ID && isUri(part) ? part : null
    },
    maybeAnswer: (key) => answerIn(get(key)),
    maybeInstant: (key) => (get(key) === null ? null : instant(key)),
    maybeNumber: (key) => {
      const part = get(key)
      return typeof part === 'number' ? part : null
    },
    maybeFlag: (key) => get(key) === true,
    maybeObject: (key) => {
      const part = get(key)
      return isObject(part) ? fieldsOf(part, at(key)) : null
    },
    texts: (key) => {
      const part = get(key)
      return Array.isArray(part) ? part.filter((item) => typeof item === 'string') : []
    },
    objects: (key) => {
      const part = get(key)
      if (!Array.isArray(part)) return []
      return part.filter(isObject).map((item, index) => fieldsOf(item, `${at(key)}[${index}]`))
    },
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isUri = (text: string): boolean => text.length <= LONGEST_URI && /^[\x21-\x7e]+$/.test(text)

function answerIn(part: unknown): string | null {
  if (Array.isArray(part)) return part.filter((item) => typeof item === 'string').join(', ')
  if (typeof part === 'boolean' || typeof part === 'number') return String(part)
  return typeof part === 'string' ? part : null
}
