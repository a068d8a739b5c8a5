import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'

/** Names under which a secret or a person might be logged by mistake; the value is never written. */
const REDACTED = ['token', 'code', 'state', 'ticket', 'cookie', 'authorization', 'email', 'body']

/** The structured log of this process: ids and milliseconds, never an e-mail, a body or a query. */
export const createLog = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: { process: 'api' },
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
      serializers: { err: errorOf, req: () => undefined, res: () => undefined },
    },
    // Written in the background and many at once: a line must not cost a delivery its place.
    destination ?? pino.destination({ sync: false, minLength: 4096, periodicFlush: 100 }),
  )

/** What helps to find a fault; the words of PostgreSQL are left out, since they quote values. */
function errorOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, message, stack, cause } = error
  const { code, severity, table, constraint } = error as Error & Record<string, unknown>
  const isSql = severity !== undefined
  return {
    type: name,
    ...(code === undefined ? {} : { code }),
    ...(isSql ? { table, constraint } : { message, stack }),
    ...(cause === undefined ? {} : { cause: errorOf(cause) }),
  }
}
