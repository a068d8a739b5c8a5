import assert from 'node:assert/strict'
import type { HookEvidence } from '../../domain/incident.ts'
import { isHealthy } from '../../domain/owner-health.ts'
import { dueReport } from '../../domain/owner-report.ts'
import { listening } from '../../domain/owner-sync.ts'
import type { OwnerState } from '../../domain/owner-state.ts'
import { after, chosen, listed, owner, START, synced, WELL } from '../support/owner-plays.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A pass that finds the hook at this address, in this condition. */
const pass = (state: OwnerState, at: number, more: Partial<HookEvidence> = {}, url = 'a') =>
  after(
    state,
    'reconcileHook',
    { ...listed, callbackUrl: url, evidence: { ...WELL, at, ...more } },
    at,
  )
const sync = (state: OwnerState, at: number, unheard = 0) =>
  after(state, 'syncPage', { ...synced, startedAt: at, unheard }, at)
const live = (): OwnerState => sync(pass(owner(), START), START)
const statusOf = (state: OwnerState) => dueReport(state)?.projection.status

describe('owner and incidents', () => {
  it('believes in another key only when the provider itself says that nothing gets through', () => {
    const failing = { failures: 3, deliveredAt: START }

    const alone = pass(live(), START + HOUR, failing)
    const told = pass(live(), START + HOUR, { ...failing, retryStartedAt: START + 1 })

    assert.equal(alone.incident, null)
    assert.equal(told.incident?.kind, 'otherKey')
    assert.equal(told.incident.distrusted, 'a')
  })

  it('does not take two failures for an incident', () => {
    const state = pass(live(), START + HOUR, { failures: 2, retryStartedAt: START + 1 })

    assert.equal(state.incident, null)
    assert.equal(statusOf(state), 'live')
  })

  it('has a hook rebuilt at most once in six hours, whatever speaks against it', () => {
    let state = live()
    const rebuilds: number[] = []
    for (let at = START; at < START + 24 * HOUR; at += 15 * MINUTE) {
      state = sync(state, at, 1)
      if (state.incident?.distrusted == null) continue
      rebuilds.push(at)
      state = pass(state, at, {}, `url ${rebuilds.length}`)
    }

    assert.equal(rebuilds.length, 4)
  })

  it('looks at once when a hook is to be rebuilt, and waits for the first delivery of the new one', () => {
    const silent = sync(live(), START + HOUR / 2, 1)

    const rebuilt = pass(silent, START + HOUR / 2, {}, 'b')

    assert.equal(chosen(silent, START + HOUR / 2), 'reconcileHook')
    assert.equal(statusOf(silent), 'polling')
    assert.equal(statusOf(rebuilt), 'waitingForFirstDelivery')
    assert.equal(statusOf(pass(rebuilt, START + 3 * HOUR, {}, 'b')), 'waitingForFirstDelivery')
    const heard = pass(rebuilt, START + 3 * HOUR, { deliveredAt: START + 2 * HOUR }, 'b')
    assert.equal(statusOf(heard), 'live')
    assert.equal(isHealthy(heard), true)
  })

  it('is ill while the provider retries, and well again with the first delivery, mark or no mark', () => {
    const mark = { retryStartedAt: START + MINUTE }

    const retrying = pass(live(), START + HOUR, mark)
    const over = pass(retrying, START + 2 * HOUR, { ...mark, deliveredAt: START + 90 * MINUTE })

    assert.equal(isHealthy(retrying), false)
    assert.equal(isHealthy(over), true)
  })

  it('takes a mark of yesterday for history although nothing was delivered since', () => {
    const state = pass(live(), START + 25 * HOUR, { retryStartedAt: START })

    assert.equal(isHealthy(state), true)
  })

  it('looks at least hourly and syncs every six while well, every 15 and 30 minutes while not', () => {
    const well = live()
    const ill = sync(pass(well, START, { retryStartedAt: START }), START)

    const pauses = [well.dueReconcile, well.dueSync, ill.dueReconcile, ill.dueSync]
    const promised = [HOUR, 6 * HOUR, 15 * MINUTE, 30 * MINUTE]
    assert.deepEqual(
      pauses.map((at) => at - START),
      // In the middle of the tenth by which owners are spread.
      promised.map((pause) => pause * 0.95),
    )
  })

  it('checks each booking for its delivery in one sync only, and none while the hook is ill', () => {
    const first = sync(pass(owner(), START), START + HOUR)
    const ill = pass(first, START + HOUR, { retryStartedAt: START + HOUR })

    assert.deepEqual(listening(first, START + 7 * HOUR), {
      since: START + HOUR - 10 * MINUTE,
      until: START + 7 * HOUR - 10 * MINUTE,
    })
    assert.equal(listening(ill, START + 7 * HOUR), null)
  })
})
