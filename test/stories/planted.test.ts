import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { plant } from './plants.ts'
import { createTally } from './tally.ts'
import { tellStories } from './tell.ts'

/** Enough to meet a mistake in the order of things many times over. */
const STORIES = 5

describe('random stories with a mistake planted', () => {
  let world: World
  beforeEach(async () => void (world = await openWorld()))
  afterEach(() => world.close())

  const told = () => tellStories(world, { stories: STORIES, seed: 7 }, createTally())

  it('find out when the last word wins instead of the latest', async () => {
    await plant(world, 'noVersions')

    const found = await told()

    tells(found, /meeting not in the ledger/)
  })

  it('find out when what was called off comes to life again', async () => {
    await plant(world, 'noEnds')

    const found = await told()

    tells(found, /re-opened/)
  })
})

function tells(found: readonly string[], part: RegExp): void {
  const isTold = found.some((text) => part.test(text))
  assert.ok(isTold, found.join('\n') || 'nothing was found')
}
