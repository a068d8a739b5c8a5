import type { Activities } from '../activities/index.ts'
import { listening } from '../domain/owner-sync.ts'
import type { Job, JobName, JobResult, OwnerState } from '../domain/owner-state.ts'

/** The row a job is about, and what its owner knows. */
export interface Work {
  readonly organizationId: string
  readonly integrationId: string
  readonly state: OwnerState
  readonly now: number
}

/** Does one job of an owner, told what it needs of the owner's state. */
export function perform(
  jobs: Pick<Activities, JobName>,
  { name }: Job,
  { state, ...row }: Work,
): Promise<JobResult> {
  if (name === 'syncPage')
    return jobs.syncPage({
      ...row,
      cursor: state.sync,
      first: !state.backfilled,
      listening: listening(state, row.now),
    })
  if (name === 'reconcileHook')
    return jobs.reconcileHook({ ...row, distrusted: state.incident?.distrusted ?? null })
  if (name === 'refreshToken')
    return jobs.refreshToken({ ...row, generation: state.facts?.token?.generation ?? 0 })
  return jobs[name](row)
}
