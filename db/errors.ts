/** PostgreSQL can't be reached, is going down, or every connection is taken: try again soon. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}

/** A text or number that PostgreSQL can't hold, such as NUL: no retry will change that. */
export class Unstorable extends Error {
  override readonly name = 'Unstorable'
  /** SQLSTATE, of class 22 or 54. */
  readonly code: string
  constructor(code: string) {
    super(`a value can't be stored (${code})`)
    this.code = code
  }
}

/** The role of this process could get around row security; it must not run. */
export class RoleRefused extends Error {
  override readonly name = 'RoleRefused'
}

/** ENCRYPTION_KEYS is not the ring this database was sealed with. */
export class KeyRingMismatch extends Error {
  override readonly name = 'KeyRingMismatch'
}

/** Gives an error of the driver its name where it has one; any other stays what it is. */
export function named(error: unknown): unknown {
  const code = codeOf(error)
  if (isConnectionTrouble(code, error))
    return new DatabaseUnavailable('the database is not available', { cause: error })
  if (UNSTORABLE.has(code)) return new Unstorable(code)
  return error
}

/** Untranslatable, malformed or too large for its type; the message would quote the value. */
const UNSTORABLE = new Set(['22P05', '22P02', '22021', '22003', '22008', '22001', '54000'])

const NODE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])

/** What the driver says in words only, without a code. */
const LOST =
  /timeout exceeded when trying to connect|Connection terminated|not queryable|Cannot use a pool after/

/** Class 08, shutdown and start-up (57P0x), too many connections (53300). */
function isConnectionTrouble(code: string, error: unknown): boolean {
  if (code.startsWith('08') || code.startsWith('57P0') || code === '53300') return true
  if (NODE_CODES.has(code)) return true
  return error instanceof Error && LOST.test(error.message)
}

/** The SQLSTATE or Node code of an error, or an empty text. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
