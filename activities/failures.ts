import { ApplicationFailure } from '@temporalio/common'
import type { FailureType } from '../domain/failures.ts'

/** A failure that no retry can fix. The text reaches histories: no token, code, body or e-mail. */
export const permanent = (type: FailureType, message: string, cause?: Error): ApplicationFailure =>
  ApplicationFailure.create({ type, message, nonRetryable: true, ...(cause && { cause }) })
