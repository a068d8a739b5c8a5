import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker'
import { type Logger, pino } from 'pino'

/** Names under which a secret might be logged by mistake; the value is never written. */
const REDACTED = [
  'token',
  'accessToken',
  'refreshToken',
  'code',
  'codeVerifier',
  'signingKey',
  'email',
  'authorization',
  '*.token',
  '*.accessToken',
  '*.refreshToken',
  '*.email',
]

/** The structured log of a worker process: ids and milliseconds, never an e-mail or a body. */
export const createLog = (level: string, process = 'worker'): Logger =>
  pino(
    { level, redact: { paths: REDACTED, censor: '[redacted]' }, base: { process } },
    // Written in the background and many at once: a burst has hundreds of lines.
    pino.destination({ sync: false, minLength: 4096, periodicFlush: 100 }),
  )

/** Temporal's own lines in the same log. Core tells of each reconnect at warn; that is enough. */
export const temporalLogger = (log: Logger): TemporalLogger =>
  new DefaultLogger('WARN', ({ level, message, meta }) => {
    const line = { ...meta, from: 'temporal' }
    if (level === 'ERROR') log.error(line, message)
    else log.warn(line, message)
  })
