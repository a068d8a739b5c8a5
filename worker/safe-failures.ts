import { randomUUID } from 'node:crypto'
import type { Context } from '@temporalio/activity'
import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import type { ActivityInterceptors } from '@temporalio/worker'
import { isFailureType } from '../domain/failures.ts'

/**
 * Lets only our own named failures into a history. Any other error becomes its kind and an id:
 * the text of a JSON or SQL error quotes its input, and belongs in the redacted log alone.
 */
export const safeFailures = (context: Context): ActivityInterceptors => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input)
      } catch (error) {
        throw safe(error, context)
      }
    },
  },
})

function safe(error: unknown, { info, log }: Context): unknown {
  if (error instanceof CancelledFailure) return error
  if (error instanceof ApplicationFailure && isFailureType(error.type)) return error
  const id = randomUUID()
  const kind = error instanceof Error ? error.name : typeof error
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  log.warn(`${info.activityType} failed`, { errorId: id, kind, code, stack: stackOf(error) })
  return ApplicationFailure.create({ type: kind, message: `${info.activityType} failed: ${id}` })
}

/** Where it happened: the frames alone, because the lines before them are the message. */
const stackOf = (error: unknown): string | undefined =>
  error instanceof Error
    ? error.stack
        ?.split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 5)
        .join('\n')
    : undefined
