import assert from 'node:assert/strict'
import { adopt, nextJob } from '../../domain/owner.ts'
import type { Doubt } from '../../domain/doubt.ts'
import { dueReport, reported } from '../../domain/owner-report.ts'
import type { JobResult, OwnerState, Refusal } from '../../domain/owner-state.ts'
import { after, chosen, facts, listed, owner, START, synced, WELL } from '../support/owner-plays.ts'

const HOUR = 60 * 60_000

/** The owner once it has told what it sees. */
const told = (state: OwnerState): OwnerState => {
  const report = dueReport(state)
  return report === undefined ? state : reported(state, report)
}
const doubts = (state: OwnerState): readonly Doubt[] => told(state).projected?.doubts ?? []
const seen = (state: OwnerState, at: number, more: object = {}): OwnerState =>
  after(state, 'reconcileHook', { ...listed, evidence: { ...WELL, at, ...more } }, at)
const live = (): OwnerState => {
  const state = told(after(told(seen(owner(), START)), 'syncPage', synced))
  assert.deepEqual(doubts(state), [])
  return state
}
const refused = (refusal: Refusal): JobResult => ({ kind: 'refused', refusal, found: '' })

describe('owner and gaps', () => {
  it('has no doubt before a hook ever stood: the first sync fetches everything', () => {
    const made = after(owner(), 'reconcileHook', {
      ...listed,
      settled: false,
      evidence: null,
      lost: 'hookMissing',
    })

    assert.deepEqual(doubts(made), [])
  })

  for (const lost of ['hookMissing', 'hookDisabled', 'hookReplaced'] as const)
    it(`doubts since the last good pass when it finds the hook gone: ${lost}`, () => {
      const state = after(
        seen(live(), START + HOUR),
        'reconcileHook',
        { ...listed, settled: false, evidence: null, lost },
        START + 2 * HOUR,
      )

      assert.deepEqual(doubts(state), [{ reason: lost, since: START + HOUR }])
    })

  it('doubts since what came before the provider began to retry', () => {
    const mark = { retryStartedAt: START + HOUR / 2 }
    const seenWell = seen(live(), START + HOUR, mark)
    const delivered = seen(live(), START + HOUR, { ...mark, deliveredAt: START + HOUR / 4 })

    assert.deepEqual(doubts(seenWell), [{ reason: 'retrying', since: START }])
    assert.deepEqual(doubts(delivered), [{ reason: 'retrying', since: START + HOUR / 4 }])
  })

  it('doubts since the last good pass when the grant dies', () => {
    const state = after(live(), 'refreshToken', { kind: 'grantDead', found: 'revoked' })

    assert.deepEqual(doubts(state), [{ reason: 'tokenDead', since: START }])
  })

  for (const [refusal, reason] of [
    ['plan', 'planRefused'],
    ['scope', 'scopeRefused'],
    ['role', 'roleRefused'],
    ['request', 'requestRefused'],
  ] as const)
    it(`doubts while the provider will not have a hook: ${refusal}`, () => {
      const state = after(live(), 'reconcileHook', refused(refusal), START + HOUR)

      assert.deepEqual(doubts(state), [{ reason, since: START }])
    })

  it('doubts from now on while it is paused, and no longer', () => {
    const paused = told(adopt(live(), facts({ wanted: 'paused', wantedRevision: 2 })))
    const resumed = adopt(paused, facts({ wantedRevision: 3 }))

    assert.deepEqual(doubts(paused), [{ reason: 'paused', since: null }])
    assert.deepEqual(doubts(resumed), [])
  })

  it('goes on doubting after a reconnect until the hook is seen to be well', () => {
    const dead = told(after(live(), 'refreshToken', { kind: 'grantDead', found: 'revoked' }))

    const adopted = after(dead, 'adoptCredential', { kind: 'done', found: '' })

    assert.deepEqual(doubts(adopted), [{ reason: 'tokenDead', since: START }])
    assert.deepEqual(doubts(seen(told(adopted), START + HOUR)), [])
  })

  it('forgets what it doubted of another account', () => {
    const dead = told(after(live(), 'refreshToken', { kind: 'grantDead', found: 'revoked' }))

    const switched = after(dead, 'adoptCredential', { kind: 'done', found: '', otherAccount: true })

    assert.deepEqual(doubts(switched), [])
  })

  it('has nothing to doubt once it is disconnected', () => {
    const dead = told(after(live(), 'refreshToken', { kind: 'grantDead', found: 'revoked' }))

    assert.deepEqual(doubts(adopt(dead, facts({ wanted: 'disconnected', wantedRevision: 2 }))), [])
  })

  it('syncs at once when a doubt begins and when it ends', () => {
    const calm = live()
    const begun = told(seen(calm, START + 1, { retryStartedAt: START }))
    const covered = after(begun, 'syncPage', synced, START + 2)
    const ended = told(
      seen(covered, START + HOUR / 2, { retryStartedAt: START, deliveredAt: START + 9 }),
    )

    assert.equal(chosen(calm, START + 1), undefined)
    assert.equal(chosen(begun, START + 1), 'syncPage')
    assert.equal(chosen(covered, START + 3), undefined)
    assert.equal(chosen(ended, START + HOUR / 2), 'syncPage')
  })

  it('syncs once more when a doubt ended while a sync was on its way', () => {
    const begun = told(seen(live(), START + 1, { retryStartedAt: START }))
    const cursor = { kind: 'window', runId: 'run', phase: 'canceled', pageToken: null } as const
    const next = { ...cursor, startedAt: START + 1, from: 0, to: 1 }
    const running = after(begun, 'syncPage', { ...synced, next }, START + 1)
    const ended = told(seen(running, START + 2, { retryStartedAt: START, deliveredAt: START + 2 }))

    const first = after(ended, 'syncPage', synced, START + 3)
    const second = after(first, 'syncPage', { ...synced, startedAt: START + 4 }, START + 4)

    assert.equal(nextJob(first, new Set(), START + 4)?.name, 'syncPage')
    assert.equal(chosen(second, START + 5), undefined)
  })
})
