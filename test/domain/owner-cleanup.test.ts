import assert from 'node:assert/strict'
import { adopt, isOver, settled } from '../../domain/owner.ts'
import { healthOf } from '../../domain/owner-health.ts'
import { dueReport } from '../../domain/owner-report.ts'
import { nextDue } from '../../domain/owner-schedule.ts'
import { NEW_OWNER } from '../../domain/owner-state.ts'
import { after, chosen, facts, owner, START, token } from '../support/owner-plays.ts'

const HOUR = 60 * 60_000
const LEAVING = { wanted: 'disconnected', wantedRevision: 2, observedRevision: 1 } as const
const DOWN = { kind: 'again', found: 'The provider is down.' } as const

describe('owner on the way out', () => {
  it('uses the token it has, however old, as long as it lives', () => {
    const state = owner(LEAVING)

    assert.equal(chosen(state, START + 2 * HOUR - 1), 'removeHooks')
    assert.equal(chosen(state, START + 2 * HOUR), 'refreshToken')
  })

  it('tells the person at once when even the token can’t be renewed', () => {
    const state = after(owner(LEAVING), 'refreshToken', DOWN)

    assert.equal(settled(state), true)
    assert.equal(healthOf(state).reason, DOWN.found)
    assert.equal(healthOf(state).status, 'disconnected')
  })

  it('counts the 72 hours from what the row says, also after its own memory is lost', () => {
    const debt = { since: START - 71 * HOUR, why: DOWN.found }
    const state = adopt(NEW_OWNER, facts({ ...LEAVING, debt }))

    assert.equal(chosen(state, START + HOUR - 1), 'removeHooks')
    assert.equal(chosen(state, START + HOUR), 'eraseSecrets')
    assert.equal(healthOf(state).reason, DOWN.found)
  })

  it('wakes when the 72 hours are over, however long the provider asks it to wait', () => {
    const state = after(owner(LEAVING), 'removeHooks', { ...DOWN, afterMs: 100 * HOUR })

    assert.deepEqual(nextDue(state, START), { name: 'removeHooks', at: START + 72 * HOUR })
    assert.equal(chosen(state, START + 72 * HOUR), 'eraseSecrets')
  })

  it('ends at once where a person has destroyed what could have paid', () => {
    const owing = after(owner(LEAVING), 'removeHooks', DOWN)

    const state = adopt(owing, facts({ ...LEAVING, token: null, debt: null }))

    assert.equal(chosen(state), 'eraseSecrets')
    const erased = after(state, 'eraseSecrets', { kind: 'done', found: 'destroyed' })
    assert.match(healthOf(erased).reason ?? '', /may still stand at the provider/)
  })

  it('says what may stand where our access had been revoked before', () => {
    const dead = { ...token(), dead: 'The access was revoked.' }
    let state = owner({ ...LEAVING, token: dead })

    state = after(state, 'removeHooks', { kind: 'done', found: 'no access', leftBehind: true })
    state = after(state, 'revokeTokens', { kind: 'done', found: 'revoked' })
    state = after(state, 'eraseSecrets', { kind: 'done', found: 'destroyed' })

    assert.match(healthOf(state).reason ?? '', /may still stand at the provider/)
  })

  it('adds nothing when it is woken after an earlier owner has finished', () => {
    const closed = { ...LEAVING, observedRevision: 2, token: null, debt: null }

    const state = adopt(NEW_OWNER, facts(closed))

    assert.equal(dueReport(state), undefined)
    assert.equal(chosen(state), undefined)
    assert.equal(isOver(state), true)
  })

  it('begins anew when the account is connected after that', () => {
    const closed = { ...LEAVING, observedRevision: 2, token: null, debt: null }
    const state = adopt(NEW_OWNER, facts(closed))

    const back = adopt(state, facts({ wantedRevision: 3, incoming: true }))

    assert.notEqual(dueReport(back), undefined)
    assert.equal(chosen(back), 'adoptCredential')
  })

  it('gives back a grant that came and was unwanted again between two looks', () => {
    const done = { kind: 'done', found: '' } as const
    let state = after(owner(LEAVING), 'removeHooks', done)
    state = after(state, 'revokeTokens', done)

    const again = adopt(state, facts({ ...LEAVING, wantedRevision: 4, incoming: true }))

    assert.equal(chosen(state), 'eraseSecrets')
    assert.equal(chosen(again), 'removeHooks')
    const erased = after(state, 'eraseSecrets', done)
    assert.equal(
      chosen(adopt(erased, facts({ ...LEAVING, wantedRevision: 4, incoming: true }))),
      'removeHooks',
    )
  })

  it('rests between tries to destroy the secrets after the 72 hours', () => {
    const late = START + 73 * HOUR
    const owing = after(owner(LEAVING), 'removeHooks', DOWN)

    const state = after(owing, 'eraseSecrets', DOWN, late)

    assert.equal(chosen(state, late), undefined)
    assert.equal((nextDue(state, late)?.at ?? 0) > late, true)
  })
})
