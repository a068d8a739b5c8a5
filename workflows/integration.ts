import {
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { type IntegrationStatus, isActive, needsPerson } from '../domain/integration-status.ts'
import { adopt, isOver, nextJob } from '../domain/owner.ts'
import { nextDue } from '../domain/owner-schedule.ts'
import { decide } from '../domain/owner-decisions.ts'
import { dueReport, explanationOf, reported } from '../domain/owner-report.ts'
import {
  DEFAULT_PACE,
  type Job,
  type JobName,
  type JobResult,
  NEW_OWNER,
  type OwnerHint,
  type OwnerState,
} from '../domain/owner-state.ts'
import { ONE_TRY, OUR_ROWS } from './activity-options.ts'
import { perform, type Work } from './perform.ts'
import {
  explain,
  type IntegrationInput,
  nudged,
  RV_HEALTH,
  RV_PHASE,
  wantedChanged,
} from './contract.ts'

const { readWanted, writeReport, closeIfStill } = proxyLocalActivities<Activities>(OUR_ROWS)
const jobs = proxyActivities<Activities>(ONE_TRY)

/** Replaying a cold owner must stay cheap: a day or five hundred events, whichever comes first. */
const LONG_RUN_MS = 24 * 60 * 60_000
const LONG_RUN_EVENTS = 500
/** With nothing due by itself, the row is still read now and then, should a signal be lost. */
const LONGEST_SLEEP_MS = 60 * 60_000

/** The one owner of an integration: makes what is observed equal to what is wanted, for years. */
export async function integration(input: IntegrationInput): Promise<void> {
  const { organizationId, integrationId, carried, pace = DEFAULT_PACE } = input
  const row = { organizationId, integrationId }
  const asked = new Set<OwnerHint>(carried?.asked)
  // What an older build carried lacks what this one has learnt to remember.
  let state: OwnerState = { ...NEW_OWNER, ...carried?.state }
  let stale = true
  setHandler(wantedChanged, () => void (stale = true))
  setHandler(nudged, (hint) => void asked.add(hint))
  setHandler(explain, () => explanationOf(state, Date.now()))
  for (;;) {
    if (stale) {
      // Cleared before the read: what changes meanwhile makes it stale again.
      stale = false
      state = adopt(state, await readWanted(row))
      continue
    }
    const report = dueReport(state)
    if (report !== undefined) {
      await writeReport({ ...row, report, now: Date.now() })
      showAdmins(report.projection.status, state.projected?.status)
      state = reported(state, report)
      setCurrentDetails(explanationOf(state, Date.now()).summary)
      continue
    }
    const job = nextJob(state, asked, Date.now())
    if (job !== undefined) {
      // Before the call: asked again meanwhile means done again.
      if (job.answers !== undefined) asked.delete(job.answers)
      const result = await attempt(job, { ...row, state, now: Date.now() })
      state = decide(state, { job, result }, { now: Date.now(), pace, jitter: Math.random() })
      stale ||= CHANGES_ROW.has(job.name)
      continue
    }
    if (isOver(state)) {
      const revision = state.facts?.wantedRevision ?? 0
      if ((await closeIfStill({ ...row, revision })) && !stale && asked.size === 0) return
      stale = true
      continue
    }
    if (isLong())
      await continueAsNew<typeof integration>({ ...input, carried: { state, asked: [...asked] } })
    const woken = await condition(() => stale || asked.size > 0, sleepFor(state))
    // A timer that ran out is also the chance to see a change whose signal was lost; a refresh is
    // followed by a look anyway, and an action saved each time is a tenth of what a quiet day costs.
    stale ||= !woken && nextJob(state, asked, Date.now())?.name !== 'refreshToken'
  }
}

/** An admin filters by health in the Temporal UI; each upsert is an action, so only on a change. */
function showAdmins(status: IntegrationStatus, before: IntegrationStatus | undefined): void {
  if (status === before) return
  const phase = needsPerson(status) ? 'needs a person' : isActive(status) ? 'active' : 'at rest'
  upsertSearchAttributes([
    { key: RV_HEALTH, value: status },
    { key: RV_PHASE, value: phase },
  ])
}

const CHANGES_ROW: ReadonlySet<JobName> = new Set([
  'adoptCredential',
  'refreshToken',
  'leaveAccount',
  'tendHooks',
  'releaseHeld',
  'eraseSecrets',
])

/** A job whose worker died or hung is a blip: what it may have done stands in the rows. */
async function attempt(job: Job, work: Work): Promise<JobResult> {
  try {
    return await perform(jobs, job, work)
  } catch (error) {
    if (isCancellation(error)) throw error
    return { kind: 'again', found: 'the worker did not finish; it is tried again' }
  }
}

const isLong = (): boolean => {
  const { historyLength, runStartTime } = workflowInfo()
  return historyLength > LONG_RUN_EVENTS || Date.now() - runStartTime.getTime() > LONG_RUN_MS
}

function sleepFor(state: OwnerState): number {
  const due = nextDue(state, Date.now())
  return Math.min(Math.max((due?.at ?? Number.POSITIVE_INFINITY) - Date.now(), 1), LONGEST_SLEEP_MS)
}
