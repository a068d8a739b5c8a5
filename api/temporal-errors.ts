import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  ServiceError,
  WorkflowNotFoundError,
} from '@temporalio/client'
import { HttpProblem } from './problems.ts'

/** Temporal's errors in the words of the API: no such workflow is 404, everything else 503. */
export async function asProblem<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof QueryNotRegisteredError)
      throw new HttpProblem('not-found', 'No workflow runs for this.')
    throw new HttpProblem('unavailable', 'The workflow engine does not answer; try again.', {
      retryAfterSeconds: 5,
    })
  }
}

/** Whether the server refuses because it does not know our search attributes. */
export function isAboutAttributes(error: unknown): boolean {
  const source = error instanceof ServiceError ? error.cause : error
  return isGrpcServiceError(source) && /search attribute/i.test(source.details)
}

/** Only the kind of an error is told: its text may quote what was sent. */
export const nameOf = (error: unknown): string =>
  error instanceof Error ? `${error.name} ${grpcCode(error) ?? ''}`.trim() : 'unknown'

function grpcCode(error: unknown): number | undefined {
  const source = error instanceof ServiceError ? error.cause : error
  return isGrpcServiceError(source) ? source.code : undefined
}
