import assert from 'node:assert/strict'
import { callJson } from '../../dev/demo/json-client.ts'
import { integrationWorkflowId } from '../../workflows/contract.ts'
import { type Person, personOf } from '../support/people.ts'
import { activitiesIn, runsOf } from '../support/run-histories.ts'
import type { Age } from './age.ts'
import { chanceOf } from '../support/chance.ts'
import { type Deeds, deedsOf } from './deeds.ts'
import { type Booking, ours, theirs } from './records.ts'

/** What happened in a life, counted at the provider, in REST and in the histories. */
export interface Life {
  readonly days: number
  readonly refreshes: number
  readonly passes: number
  readonly syncs: number
  readonly continuedAsNew: number
  readonly longestRun: number
  readonly hooksMade: number
  readonly hooksStanding: readonly string[]
  readonly disabled: number
  readonly lost: number
  readonly reconnects: number
  readonly status: string
  readonly openGaps: number
  readonly closedGaps: number
  readonly theirs: readonly Booking[]
  readonly ours: readonly Booking[]
}

/** How long a life lasts, by which chance, and who is told of the days. */
export interface Plan {
  readonly days: number
  readonly seed: number
  readonly log: (line: string) => void
}

const ACCOUNT = 'ana@years.test'

/** Lives one integration from its first consent for so many days, with all that befalls it. */
export async function live(age: Age, { days, seed, log }: Plan): Promise<Life> {
  const { sandbox } = age.stack.urls
  await callJson(`${sandbox}/control/calendly/users`, {
    method: 'POST',
    json: { email: ACCOUNT, name: 'Ana' },
  })
  const ana = await personOf(age.stack, { sub: 'ana', org: 'years' })
  const { outcome, integrationId } = await ana.connect(ACCOUNT)
  assert.equal(outcome, 'live')
  const id = integrationId ?? ''
  const chance = chanceOf(seed)
  const deeds = deedsOf({ sandbox, account: ACCOUNT, chance })
  const counted = { disabled: 0, lost: 0, reconnects: 0 }
  for (let day = 1; day <= days; day += 1) {
    const now = await age.clocks.now()
    const blow = BLOWS[day % 30]
    if (blow === 'disable') counted.disabled += 1
    if (blow === 'lose') counted.lost += 1
    if (blow === 'consent') {
      await consentAgain(ana, id)
      counted.reconnects += 1
    } else if (blow !== undefined) await deeds[blow](now)
    await befall(deeds, day, now)
    await age.clocks.pass(24)
    if (day % 10 === 0) log(`day ${day} of ${days}`)
  }
  await settle(age, ana, id)
  const runs = await runsOf(age.client, integrationWorkflowId(id))
  const activities = activitiesIn(runs)
  const gaps = await ana.all<{ closed_at: string | null }>('/api/gaps')
  const { made, standing } = await deeds.hooks()
  return {
    days,
    ...counted,
    refreshes: activities['refreshToken'] ?? 0,
    passes: activities['reconcileHook'] ?? 0,
    syncs: activities['syncPage'] ?? 0,
    continuedAsNew: runs.length - 1,
    longestRun: Math.max(...runs.map((run) => run.length)),
    hooksMade: made,
    hooksStanding: standing,
    status: (await ana.integration(id)).status,
    openGaps: gaps.filter(({ closed_at }) => closed_at === null).length,
    closedGaps: gaps.filter(({ closed_at }) => closed_at !== null).length,
    theirs: await theirs(sandbox, ACCOUNT),
    ours: await ours(ana),
  }
}

/** Spec section 5. */
export const IDLE_DAY_LIMIT = 150

/** A run is given up after five hundred events, in the middle of whatever it does. */
const LONGEST_RUN = 600

/** Asserts that a life left nothing behind: no event, no gap, no hook too many. */
export function ageRightly(life: Life): void {
  assert.deepEqual(life.ours, life.theirs)
  assert.deepEqual([life.status, life.hooksStanding, life.openGaps], ['live', ['active'], 0])
  const months = Math.floor((life.days + 10) / 30)
  assert.ok(life.reconnects >= months && life.lost >= months, 'little has happened')
  // Every disabled hook was replaced; what lived through a revocation may be kept.
  assert.ok(life.hooksMade > life.disabled && life.disabled >= months, `${life.hooksMade} hooks`)
  assert.ok(life.closedGaps >= life.disabled + life.reconnects, `${life.closedGaps} gaps`)
  // Twice a day, but for the two days in a month without access.
  assert.ok(life.passes >= life.days * 1.8, `${life.passes} passes`)
  assert.ok(life.refreshes >= life.days * 1.8, `${life.refreshes} refreshes`)
  assert.ok(life.syncs >= life.days * 1.8, `${life.syncs} pages`)
  assert.ok(life.continuedAsNew >= life.days * 0.8, `${life.continuedAsNew} times as new`)
  assert.ok(life.longestRun <= LONGEST_RUN, `${life.longestRun} events`)
}

/** What befalls an integration in a month; it is left alone to find out by itself. */
const BLOWS: Readonly<Record<number, 'disable' | 'lose' | 'revoke' | 'consent'>> = {
  6: 'disable',
  12: 'lose',
  18: 'revoke',
  20: 'consent',
}

/** The everyday: something is booked every other day, moved, called off or missed now and then. */
async function befall(deeds: Deeds, day: number, now: number): Promise<void> {
  if (day % 2 === 0) await deeds.book(now)
  if (day % 3 === 0) await deeds.move(now)
  if (day % 5 === 0) await deeds.cancel()
  if (day % 7 === 0) await deeds.mark()
}

async function consentAgain(ana: Person, id: string): Promise<void> {
  assert.equal((await ana.integration(id)).status, 'needsReconnect')
  const { outcome, integrationId } = await ana.connect(ACCOUNT)
  assert.deepEqual([outcome, integrationId], ['live', id])
}

/** Two more passes at most: whatever the last day lost has been found by then. */
async function settle(age: Age, ana: Person, id: string): Promise<void> {
  for (let half = 0; half < 4; half += 1) {
    await age.clocks.pass(12)
    const gaps = await ana.all<{ closed_at: string | null }>('/api/gaps')
    const isCalm = gaps.every(({ closed_at }) => closed_at !== null)
    if (isCalm && (await ana.integration(id)).status === 'live') return
  }
}
