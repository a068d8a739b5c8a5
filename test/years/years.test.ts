import assert from 'node:assert/strict'
import { tell } from '../support/tell.ts'
import { type Age, beginAge } from './age.ts'
import { idleDay } from './idle.ts'
import { ageRightly, IDLE_DAY_LIMIT, live } from './life.ts'

/** `npm run years` lives more than a year. */
const DAYS = 30

describe('an integration that grows old', function yearsSuite() {
  this.timeout(280_000)
  let age: Age
  before(async () => void (age = await beginAge()))
  after(() => age.end())

  it('lives a month of bookings, lost deliveries, a disabled hook and a revoked grant', async () => {
    const life = await live(age, { days: DAYS, seed: 7, log: () => {} })

    ageRightly(life)
    assert.ok(life.theirs.length >= DAYS / 2, `${life.theirs.length} bookings`)
  })

  it('costs at most 150 actions on a day on which nothing happens', async () => {
    const idle = await idleDay(age, 1)

    tell(`an idle healthy day costs ${idle.all} actions`)
    assert.ok(idle.all <= IDLE_DAY_LIMIT, JSON.stringify(idle))
    // What looks hourly can't cost less: fewer would be an owner that sleeps.
    assert.ok(idle.timers >= 24 && idle.activities >= 2 * 24 - 12, JSON.stringify(idle))
  })
})
