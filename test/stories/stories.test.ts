import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { STORIES, STORIES_SEED } from '../support/story-programme.ts'
import { createTally, rarely } from './tally.ts'
import { tellStories } from './tell.ts'

/** Each kind of step and of disorder, or the run has proven nothing about it. */
const OFTEN = Math.min(100, STORIES)

/** A whole run takes minutes: whoever waits sees that it goes on. */
const SAID_EVERY = 100

const say = (line: string): void => void process.stdout.write(`    ${line}\n`)

const onTold = (told: number): void => {
  if (told % SAID_EVERY === 0 && told < STORIES) say(`${told} of ${STORIES} told`)
}

describe('random stories', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  it('end as the ledger has them, whatever becomes of their deliveries', async function () {
    this.timeout(120_000 + STORIES * 3_000)
    const tally = createTally()
    say(`${STORIES} stories from seed ${STORIES_SEED}`)

    const programme = { stories: STORIES, seed: STORIES_SEED, onTold }
    const found = await tellStories(world, programme, tally)

    say(tally.text())
    const repeat = `STORIES=${STORIES} STORIES_SEED=${STORIES_SEED} repeats it`
    assert.equal(found.join('\n'), '', repeat)
    assert.deepEqual(rarely(tally, OFTEN), [], repeat)
  })
})
