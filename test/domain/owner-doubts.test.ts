import assert from 'node:assert/strict'
import { adopt, settled } from '../../domain/owner.ts'
import { dueReport } from '../../domain/owner-report.ts'
import {
  after,
  chosen,
  facts,
  listed,
  owner,
  START,
  synced,
  token,
} from '../support/owner-plays.ts'

describe('owner in doubt', () => {
  it('looks at the provider for every new wish before it says live again', () => {
    const live = after(owner(), 'reconcileHook', listed)

    const again = adopt(live, facts({ wantedRevision: 2, observedRevision: 1 }))

    assert.equal(settled(again), false)
    assert.equal(settled(after(again, 'reconcileHook', listed)), true)
  })

  it('does again what was asked for when it failed, or the token was refused', () => {
    const live = after(owner(), 'reconcileHook', listed)
    const asked = after(live, 'reconcileHook', listed, START + 1)

    const blip = after(asked, 'reconcileHook', { kind: 'again', found: '500' }, START + 2)
    const refused = after(asked, 'reconcileHook', { kind: 'unauthorized' }, START + 2)

    assert.equal(chosen(blip, START + 10_000), 'reconcileHook')
    assert.equal(chosen(refused, START + 3), 'refreshToken')
  })

  it('knows nothing of the hook once it has taken over another grant', () => {
    const live = after(owner(), 'reconcileHook', listed)
    const switched = adopt(live, facts({ wantedRevision: 2, incoming: true }))

    const adopted = after(switched, 'adoptCredential', { kind: 'done', found: '' })

    assert.equal(dueReport(adopted)?.projection.webhookUri, null)
    assert.equal(settled(adopted), false)
  })

  it('shows no active webhook when the provider lists none and making one fails', () => {
    const live = after(after(owner(), 'reconcileHook', listed), 'syncPage', synced)

    const ill = after(live, 'reconcileHook', { kind: 'again', found: '500', lost: 'hookMissing' })

    const projection = dueReport(ill)?.projection
    assert.equal(projection?.webhookActive, false)
    assert.equal(projection.status, 'polling')
    assert.equal(chosen(ill, START + 1), 'syncPage')
  })

  it('fetches what was missed as soon as the hook stands again', () => {
    const live = after(after(owner(), 'reconcileHook', listed), 'syncPage', synced)
    const rebuilt = after(live, 'reconcileHook', { ...listed, settled: false, evidence: null })

    const back = after(rebuilt, 'reconcileHook', listed)

    assert.equal(chosen(live, START + 1), undefined)
    assert.equal(chosen(back, START + 1), 'syncPage')
  })

  it('lets held bookings go although the grant is dead', () => {
    const dead = owner({ held: 2, token: { ...token(), dead: 'revoked' } })

    assert.equal(chosen(dead), 'releaseHeld')
  })

  it('is paused at once, whatever the hook or the grant is like', () => {
    for (const it of [token(), { ...token(), dead: 'revoked' }, null])
      assert.equal(dueReport(owner({ wanted: 'paused', token: it }))?.outcome, 'paused')
  })

  it('looks again less and less often while the provider never shows what was made', () => {
    let state = owner()
    let now = START
    let passes = 0
    for (; now < START + 60_000; now += 300) {
      if (chosen(state, now) !== 'reconcileHook') continue
      state = after(state, 'reconcileHook', { ...listed, settled: false, evidence: null }, now)
      passes += 1
    }

    assert.ok(passes < 10, `${passes} passes in a minute`)
  })
})
