import assert from 'node:assert/strict'
import { adopt, isOver, nextJob, settled } from '../../domain/owner.ts'
import { dueReport, explanationOf } from '../../domain/owner-report.ts'
import { nextDue } from '../../domain/owner-schedule.ts'
import type { OwnerHint } from '../../domain/owner-state.ts'
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

const HOUR = 60 * 60_000

describe('owner', () => {
  it('takes over a fresh grant before anything else', () => {
    assert.equal(chosen(owner({ incoming: true, wantsRefresh: true })), 'adoptCredential')
  })

  it('tries the refresh token first when a person reconnects', () => {
    assert.equal(chosen(owner({ wantsRefresh: true })), 'refreshToken')
  })

  it('looks at the hook before it syncs', () => {
    const state = owner()

    assert.equal(chosen(state), 'reconcileHook')
    assert.equal(chosen(after(state, 'reconcileHook', listed)), 'syncPage')
  })

  it('looks again at once after it made a hook, and is settled only when it is listed', () => {
    const made = after(owner(), 'reconcileHook', { ...listed, settled: false })

    assert.equal(settled(made), false)
    assert.equal(chosen(made), 'reconcileHook')
    assert.equal(settled(after(made, 'reconcileHook', listed)), true)
  })

  it('refreshes before a call that falls into the last half of the token’s life', () => {
    const state = owner()

    assert.equal(chosen(state, START + HOUR - 1), 'reconcileHook')
    assert.equal(chosen(state, START + HOUR), 'refreshToken')
  })

  it('rests before a call that the provider has refused or wants without a pause', () => {
    const refused = { kind: 'refused', refusal: 'role', found: 'closed to us (403)' } as const
    const grant = owner({ incoming: true })

    const shut = after(grant, 'adoptCredential', refused)
    const hurried = after(owner(), 'reconcileHook', { kind: 'again', found: '429', afterMs: 0 })

    for (const state of [shut, hurried]) {
      assert.equal(chosen(state), undefined)
      assert.equal((nextDue(state, START)?.at ?? 0) > START, true)
    }
    assert.match(dueReport(shut)?.projection.reason ?? '', /closed to us/)
  })

  it('makes no token call of its own while nothing is due', () => {
    const idle = after(
      after(owner(), 'reconcileHook', listed, START + HOUR / 2),
      'syncPage',
      synced,
    )

    assert.equal(chosen(idle, START + HOUR + 1), undefined)
  })

  it('never makes more than four token calls in a minute', () => {
    let state = owner()
    for (let call = 0; call < 4; call += 1)
      state = after(state, 'refreshToken', { kind: 'done', found: '' }, START + call)

    assert.equal(chosen(state, START + 10_000, ['refresh']), 'reconcileHook')
    assert.equal(chosen(state, START + 61_000, ['refresh']), 'refreshToken')
  })

  it('refreshes after a refused access token, and believes the third refusal in a row', () => {
    const once = after(owner(), 'reconcileHook', { kind: 'unauthorized' })
    const twice = after(once, 'reconcileHook', { kind: 'unauthorized' })
    const thrice = after(twice, 'reconcileHook', { kind: 'unauthorized' })

    assert.equal(chosen(once), 'refreshToken')
    assert.equal(settled(twice), false)
    assert.equal(dueReport(thrice)?.projection.status, 'needsReconnect')
  })

  it('says needsReconnect with the reason when the grant is dead, and asks consent', () => {
    const dead = after(owner({ wantsRefresh: true }), 'refreshToken', {
      kind: 'grantDead',
      found: 'Calendly says the access was revoked.',
    })

    const report = dueReport(dead)
    assert.equal(report?.outcome, 'needsConsent')
    assert.equal(report?.projection.reason, 'Calendly says the access was revoked.')
    assert.equal(chosen(dead), undefined)
  })

  it('is working again once the row holds a newer generation', () => {
    const dead = after(owner(), 'refreshToken', { kind: 'grantDead', found: 'lost' })

    const healed = adopt(dead, facts({ token: { ...token(), generation: 2 } }))

    assert.equal(chosen(healed), 'reconcileHook')
  })

  for (const [refusal, status] of [
    ['plan', 'polling'],
    ['scope', 'needsScope'],
    ['role', 'needsAdmin'],
    ['request', 'failed'],
  ] as const)
    it(`tells a refused hook by its cause: ${refusal} is ${status}`, () => {
      const refused = after(owner(), 'reconcileHook', { kind: 'refused', refusal, found: '' })

      const report = dueReport(refused)
      assert.equal(report?.projection.status, status)
      assert.equal(report?.projection.webhookActive, false)
      assert.notEqual(report?.projection.nextStep, null)
    })

  it('is not settled by a blip, backs off, and tries again by itself', () => {
    const blip = after(owner(), 'reconcileHook', { kind: 'again', found: 'Calendly is slow' })

    assert.equal(settled(blip), false)
    assert.equal(chosen(blip, START + 1000), undefined)
    assert.equal(chosen(blip, nextDue(blip, START)?.at), 'reconcileHook')
  })

  it('waits as long as the provider says, and never less', () => {
    const limited = after(owner(), 'reconcileHook', {
      kind: 'again',
      found: '',
      afterMs: 40_000,
    })

    assert.equal(chosen(limited, START + 39_999, ['reconcile']), undefined)
  })

  it('rests between two pages of a sync when the provider’s budget asks for it', () => {
    const cursor = {
      kind: 'backfill',
      runId: 'run',
      startedAt: START,
      phase: 'active',
      from: 0,
      to: 1,
    } as const
    const next = { ...cursor, pageToken: 'two' }
    const seen = after(owner(), 'reconcileHook', listed)

    const page = { ...synced, found: '19 seen', next }
    const free = after(seen, 'syncPage', page)
    const resting = after(seen, 'syncPage', { ...page, restMs: 30_000 })

    assert.equal(chosen(free), 'syncPage')
    assert.equal(chosen(resting, START + 29_999), undefined)
    assert.equal(nextDue(resting, START)?.at, START + 30_000)
    assert.equal(chosen(resting, START + 30_000), 'syncPage')
  })

  it('drops hints it cannot serve', () => {
    const asked = new Set<OwnerHint>(['sync', 'refresh'])

    nextJob(owner({ token: null }), asked, START)

    assert.equal(asked.size, 0)
  })

  it('cleans up in order on disconnect: hooks, tokens, secrets', () => {
    let state = owner({ wanted: 'disconnected' })
    const order: string[] = []
    for (let job = nextJob(state, new Set(), START); job; job = nextJob(state, new Set(), START)) {
      order.push(job.name)
      state = after(state, job.name, { kind: 'done', found: '' })
    }

    assert.deepEqual(order, ['removeHooks', 'revokeTokens', 'eraseSecrets'])
    assert.equal(dueReport(state)?.outcome, 'disconnected')
  })

  it('tells the person at once when the provider can’t be reached, and keeps the debt', () => {
    const owing = after(owner({ wanted: 'disconnected' }), 'removeHooks', {
      kind: 'again',
      found: 'Calendly could not be reached.',
    })

    assert.equal(dueReport(owing)?.outcome, 'disconnected')
    assert.equal(isOver(owing), false)
    assert.equal(chosen(owing, nextDue(owing, START)?.at), 'removeHooks')
  })

  it('destroys the secrets of an unpaid debt after 72 hours', () => {
    const owing = after(owner({ wanted: 'disconnected' }), 'removeHooks', {
      kind: 'again',
      found: '',
    })

    assert.equal(chosen(owing, START + 73 * HOUR), 'eraseSecrets')
  })

  it('keeps its hook but does not sync while it is paused', () => {
    const paused = after(owner({ wanted: 'paused' }), 'reconcileHook', listed)

    assert.equal(chosen(paused), undefined)
    assert.equal(dueReport(paused)?.outcome, 'paused')
  })

  it('releases what was held once it is connected again', () => {
    const resumed = after(owner({ held: 3 }), 'reconcileHook', listed)

    assert.equal(chosen(resumed), 'releaseHeld')
  })

  it('explains itself with the cause first', () => {
    const refused = after(owner(), 'reconcileHook', { kind: 'refused', refusal: 'plan', found: '' })

    assert.match(
      explanationOf(refused, START).summary,
      /^The account's plan has no webhooks[^.]*; upgrade the plan/,
    )
  })
})
