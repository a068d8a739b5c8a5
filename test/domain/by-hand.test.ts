import assert from 'node:assert/strict'
import type { ByHand } from '../../domain/by-hand.ts'
import { wordsOf } from '../../domain/finding.ts'
import { findingsOf } from '../../domain/owner-findings.ts'
import { settled } from '../../domain/owner.ts'
import { dueReport } from '../../domain/owner-report.ts'
import { nextDue } from '../../domain/owner-schedule.ts'
import { chosen, owner, START } from '../support/owner-plays.ts'

const URL = 'https://hooks.test/webhooks/calcom/endpoint'

const byHand = (more: Partial<ByHand> = {}) =>
  owner({ token: null, byHand: { delivered: false, isOverdue: false, callbackUrl: URL, ...more } })

describe('a webhook made by hand', () => {
  it('asks its owner for nothing, be it hinted at', () => {
    const asked = chosen(byHand(), START, ['reconcile', 'sync', 'refresh'])

    assert.equal(asked, undefined)
    assert.equal(nextDue(byHand(), START), undefined)
  })

  it('ends the wish to connect at once: what is missing is a person’s work', () => {
    const report = dueReport(byHand())

    assert.ok(settled(byHand()))
    assert.equal(report?.outcome, 'waitingForFirstDelivery')
    assert.deepEqual([report.projection.webhookActive, report.projection.callbackUrl], [false, URL])
  })

  it('is live by a delivery alone', () => {
    const report = dueReport(byHand({ delivered: true }))

    assert.deepEqual([report?.projection.status, report?.outcome], ['live', 'live'])
    assert.equal(report?.projection.webhookActive, false)
  })

  const SAID: readonly [what: string, more: Partial<ByHand>, first: RegExp][] = [
    ['waits', {}, /^No delivery has come yet; press the ping test/],
    [
      'waits for too long',
      { isOverdue: true },
      /^Nothing authentic has come for a day; check at the provider: the subscriber URL/,
    ],
    [
      'is live',
      { delivered: true },
      /^The last delivery was authentic; nothing to do\. It was made by hand, so nothing is reconciled/,
    ],
  ]
  for (const [what, more, first] of SAID)
    it(`explains itself when it ${what}`, () => {
      assert.match(wordsOf(findingsOf(byHand(more), START)), first)
    })

  it('says what a person has to delete once it is given up', () => {
    const left = owner({
      token: null,
      wanted: 'disconnected',
      byHand: { delivered: true, isOverdue: false, callbackUrl: URL },
    })

    assert.match(wordsOf(findingsOf(left, START)), /still stands at the provider; delete it there/)
  })
})
