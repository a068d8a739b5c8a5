import assert from 'node:assert/strict'
import fc from 'fast-check'
import { adopt, isOver, nextJob } from '../../domain/owner.ts'
import { dueReport, reported } from '../../domain/owner-report.ts'
import { nextDue } from '../../domain/owner-schedule.ts'
import {
  type JobName,
  type JobResult,
  NEW_OWNER,
  type OwnerHint,
  type OwnerState,
  type WantedFacts,
} from '../../domain/owner-state.ts'
import {
  after,
  chosen,
  facts,
  listed,
  owner,
  START,
  synced,
  token,
  WELL,
} from '../support/owner-plays.ts'

const HOUR = 60 * 60_000
/** Each job twice: a moment in which more is done has no end. Pages of a sync are not counted. */
const JOBS_IN_A_MOMENT = 20

describe('an owner at rest', () => {
  it('does what is due although it was asked for what it can’t do now', () => {
    const limited = after(owner(), 'refreshToken', { kind: 'again', found: '429', afterMs: HOUR })

    assert.equal(chosen(limited, START, ['refresh']), 'reconcileHook')
  })

  it('rests when a pass keeps the very hook that it was told to replace', () => {
    const ill = { ...listed, evidence: { ...WELL, failures: 3, retryStartedAt: START + 1 } }
    const distrusting = after(after(owner(), 'reconcileHook', listed), 'reconcileHook', ill)

    const kept = after(distrusting, 'reconcileHook', ill)

    assert.equal(chosen(distrusting), 'reconcileHook')
    assert.notEqual(chosen(kept), 'reconcileHook')
  })

  it('rests when a former account refuses its access, and believes in the present one', () => {
    const leaving = owner({ outgoing: true })

    const refused = after(leaving, 'leaveAccount', { kind: 'unauthorized' })

    assert.equal(chosen(leaving), 'leaveAccount')
    assert.equal(chosen(refused), 'reconcileHook')
  })

  it('does no job again in the same moment when nothing has changed, and sleeps into the future', () => {
    fc.assert(
      fc.property(factsOf, fc.boolean(), manySteps, (row, isStubborn, steps) => {
        let state = adopt(NEW_OWNER, row)
        let now = START
        let doneNow = 0
        const first = new Map<JobName, number>()
        for (const [turn, { answer, hint }] of steps.entries()) {
          const asked = new Set<OwnerHint>(hint === null ? [] : [hint])
          state = told(state)
          const job = nextJob(state, asked, now)
          if (job === undefined) {
            const due = nextDue(state, now)?.at ?? now + HOUR
            assert.ok(due > now || isOver(state), `asleep with work due: ${row.wanted}`)
            now = Math.max(due, now + 1)
            doneNow = 0
            continue
          }
          // A world that answers the same for ever is what an owner spins on.
          if (!isStubborn || !first.has(job.name)) first.set(job.name, answer)
          const result = answerOf(job.name, { answer: first.get(job.name) ?? 0, turn })
          const before = essence(state)
          // Time stands still while it works: whatever it does next, it does at once.
          state = told(
            rowAfter(after(state, job.name, result, now), { name: job.name, result, now }),
          )
          const next = nextJob(state, new Set(), now)
          const isSame = next?.name === job.name && essence(state) === before
          assert.ok(!isSame, `${job.name} again, though it answered ${JSON.stringify(result)}`)
          if (result.kind !== 'page' || result.next === null) doneNow += 1
          assert.ok(doneNow <= JOBS_IN_A_MOMENT, `no end of ${job.name} at one moment`)
        }
        assert.ok(JSON.stringify(state).length < 16_000)
      }),
      { numRuns: 3000 },
    )
  })
})

const told = (state: OwnerState): OwnerState => {
  const report = dueReport(state)
  return report === undefined ? state : reported(state, report)
}

/** What a choice may depend on; what is only counted and told makes no difference. */
function essence(state: OwnerState): string {
  const { decisions: _decisions, counts: _counts, tokenCallsAt: _calls, ...rest } = state
  return JSON.stringify({ ...rest, tries: {}, trouble: null })
}

interface Done {
  readonly name: JobName
  readonly result: JobResult
  readonly now: number
}

/** The owner after it has read its row again, which a job has changed that was done. */
function rowAfter(state: OwnerState, { name, result, now }: Done): OwnerState {
  const { facts: row } = state
  if (row === null) return state
  if (name === 'adoptCredential' && result.kind === 'grantDead')
    return adopt(state, { ...row, incoming: false, token: { ...token(), dead: 'refused' } })
  if (result.kind !== 'done') return state
  const generation = (row.token?.generation ?? 0) + 1
  const fresh = { generation, issuedAt: now, expiresAt: now + 2 * HOUR, dead: null }
  const changes: Partial<Record<JobName, Partial<WantedFacts>>> = {
    adoptCredential: { incoming: false, token: fresh },
    refreshToken: { token: fresh },
    leaveAccount: { outgoing: false },
    tendHooks: { hookTasks: 0 },
    releaseHeld: { held: 0 },
    eraseSecrets: { incoming: false, outgoing: false, token: null },
  }
  return adopt(state, { ...row, ...changes[name] })
}

/** What each job may answer. Any other answer is a mistake of ours. */
const DONE: JobResult = { kind: 'done', found: 'done' }
const DENIED: JobResult = { kind: 'unauthorized' }
const DEAD: JobResult = { kind: 'grantDead', found: 'dead' }
const AGAIN: readonly JobResult[] = [
  { kind: 'again', found: 'blip' },
  { kind: 'again', found: 'at once', afterMs: 0 },
  { kind: 'again', found: 'limited', afterMs: 30_000, limited: true },
]
const REFUSED: readonly JobResult[] = (['plan', 'scope', 'role', 'moved', 'request'] as const).map(
  (refusal) => ({ kind: 'refused', refusal, found: 'refused' }),
)
const CLEANED: readonly JobResult[] = [DONE, { ...DONE, leftBehind: true }, ...AGAIN]
const page = {
  kind: 'window',
  runId: 'run',
  startedAt: START,
  phase: 'active',
  pageToken: 'two',
  from: 0,
  to: 1,
} as const
const retrying = { ...WELL, retryStartedAt: START + 1 }
const ANSWERS: Readonly<Record<JobName, readonly JobResult[]>> = {
  adoptCredential: [DONE, { ...DONE, otherAccount: true }, DEAD, DENIED, ...AGAIN, ...REFUSED],
  leaveAccount: [...CLEANED, DENIED],
  removeHooks: [...CLEANED, DENIED],
  revokeTokens: CLEANED,
  eraseSecrets: CLEANED,
  refreshToken: [DONE, DEAD, ...AGAIN, ...REFUSED],
  tendHooks: [DONE, DENIED, ...AGAIN],
  reconcileHook: [
    listed,
    { ...listed, settled: false },
    { ...listed, settled: false, remoteUri: null, callbackUrl: null, evidence: null },
    { ...listed, evidence: retrying },
    { ...listed, evidence: { ...retrying, failures: 3 } },
    { ...listed, evidence: { ...retrying, failures: 3, isStaleOnly: true } },
    { kind: 'again', found: 'gone', lost: 'hookMissing' },
    DENIED,
    DEAD,
    ...AGAIN,
    ...REFUSED,
  ],
  releaseHeld: [DONE, ...AGAIN],
  syncPage: [
    synced,
    { ...synced, unheard: 1 },
    { ...synced, next: page },
    { ...synced, next: page, restMs: 30_000 },
    DENIED,
    DEAD,
    ...AGAIN,
    ...REFUSED,
  ],
}

/** No provider gives the same place in its list twice in a row. */
function answerOf(name: JobName, { answer, turn }: { answer: number; turn: number }): JobResult {
  const answers = ANSWERS[name]
  const result = answers[answer % answers.length] ?? assert.fail()
  if (result.kind !== 'page' || result.next === null) return result
  return { ...result, next: { ...result.next, pageToken: `page ${turn}` } }
}

const manySteps = fc.array(
  fc.record({
    answer: fc.nat({ max: 1_000 }),
    hint: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      fc.constantFrom<OwnerHint>('refresh', 'reconcile', 'sync'),
    ),
  }),
  { maxLength: 60, size: 'max' },
)

const factsOf = fc
  .record({
    wanted: fc.constantFrom('connected', 'paused', 'disconnected'),
    wantedRevision: fc.constant(2),
    observedRevision: fc.constantFrom(1, 2),
    wantsRefresh: fc.boolean(),
    token: fc.constantFrom(null, token(), { ...token(), dead: 'revoked' }),
    incoming: fc.boolean(),
    outgoing: fc.boolean(),
    held: fc.constantFrom(0, 2),
    hookTasks: fc.constantFrom(0, 1),
  })
  .map((row) => facts(row))
