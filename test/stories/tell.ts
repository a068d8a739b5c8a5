import { isDeepStrictEqual } from 'node:util'
import { randomFrom, type Random } from '../../fuzz/random.ts'
import { inLanes } from '../../activities/queues.ts'
import { receiveAgain } from '../../db/inbound-events.ts'
import type { World } from '../db/world.ts'
import { type Receiver, startReceiver } from '../sandbox/receiver.ts'
import { createHandling, type Handling } from './handling.ts'
import { createPlot } from './plot.ts'
import { createPost } from './post.ts'
import { lastWord, lookAtRecords, lookForBreaches, watchEnds } from './records.ts'
import { createTally, type Tally } from './tally.ts'
import { openTheatre, type Theatre } from './theatre.ts'
import { lookAtTruth } from './truth.ts'

/** How many stories to tell, from which number. */
export interface Programme {
  readonly stories: number
  readonly seed: number
  /** Hears how many have been told so far, whenever a few more have. */
  readonly onTold?: (told: number) => void
}

/** Of each story. */
const STEPS_OF_A_STORY = 20
/** Told at once in one organization, so that they meet in transactions, pages and people. */
const TOLD_TOGETHER = 5
/** While one theatre waits for the database, others play. */
const LANES = 3
/** Steps between two rounds of the post. */
const MOST_STEPS_A_ROUND = 8

/**
 * Tells random stories at a sandbox, brings word of them in disorder, and compares the records with
 * the ledger. Answers every difference; the same seed makes the same choices.
 */
export async function tellStories(
  world: World,
  { stories, seed, onTold }: Programme,
  tally: Tally,
): Promise<string[]> {
  await watchEnds(world)
  let told = 0
  const firsts = Array.from({ length: Math.ceil(stories / TOLD_TOGETHER) }, (_, place) => place)
  const found = await inLanes(LANES, firsts, async (place) => {
    const count = Math.min(TOLD_TOGETHER, stories - place * TOLD_TOGETHER)
    const differences = await tellSome(world, { stories: count, seed: seed + place }, tally)
    onTold?.((told += count))
    return differences
  })
  return found.flat()
}

async function tellSome(
  world: World,
  { stories, seed }: Programme,
  total: Tally,
): Promise<string[]> {
  // Choices hang on numbers of its own alone, whatever the others do meanwhile.
  const [random, tally] = [randomFrom(seed), createTally()]
  const receiver = await startReceiver()
  const theatre = await openTheatre(world, new URL(receiver.url).origin)
  try {
    const found = await tellTogether({ world, theatre, receiver, random, tally }, stories)
    return found.map((text) => `STORIES=${stories} STORIES_SEED=${seed}: ${text}`)
  } finally {
    total.add(tally)
    await theatre.close()
    await receiver.close()
  }
}

interface Play {
  readonly world: World
  readonly theatre: Theatre
  readonly receiver: Receiver
  readonly random: Random
  readonly tally: Tally
}

async function tellTogether(play: Play, count: number): Promise<string[]> {
  const { theatre, receiver, random, tally } = play
  const post = createPost(random, tally)
  const handling = createHandling({ theatre, random, tally })
  const plots = Array.from({ length: count }, (_, number) => ({
    left: STEPS_OF_A_STORY,
    // Two stories share their people.
    plot: createPlot({ theatre, random, tally, name: `story${Math.floor(number / 2)}` }),
  }))
  for (let open = plots; open.length > 0; open = plots.filter(({ left }) => left > 0)) {
    for (let steps = 1 + random.below(MOST_STEPS_A_ROUND); steps > 0; steps -= 1) {
      const one = open[random.below(open.length)]
      if (one === undefined || one.left === 0) continue
      one.left -= 1
      const expected = receiver.received.length + (await one.plot.next())
      post.take((await arrived(receiver, expected)).slice())
    }
    const looks = random.below(8) === 0 ? handling.sync(anyJob(play)) : undefined
    await Promise.all([handling.handle(post.give()), looks])
  }
  // What was lost is found by a look that comes before or after the last word of the post.
  const everything = random.below(2) === 0 ? [theatre.jobs.organization] : theatre.jobs.users
  const lookAtAll = async (): Promise<void> => {
    for (const job of everything) await handling.sync(job)
  }
  const isLateWord = random.below(2) === 0
  if (isLateWord) await lookAtAll()
  await handling.handle(post.give('all'))
  await handling.finish()
  if (!isLateWord) await lookAtAll()
  return check(play, handling)
}

/** What the receiver has got since it was looked at last, once so many have come. */
async function arrived(receiver: Receiver, count: number) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    const tell = () => fail(new Error(`${receiver.received.length} of ${count} deliveries came`))
    timer = setTimeout(tell, 20_000)
  })
  await Promise.race([receiver.until(count), late])
  clearTimeout(timer)
  return receiver.received.splice(0)
}

const anyJob = ({ theatre: { jobs }, random }: Play) => {
  const [first = jobs.organization, second = first] = jobs.users
  return random.one([jobs.organization, first, second])
}

async function check(play: Play, handling: Handling): Promise<string[]> {
  const { world, theatre } = play
  const found = [...handling.mishaps, ...(await lookForBreaches(world, theatre))]
  found.push(...(await differences(play)))
  const words = await lastWord(world, theatre)
  await repeatEverything(play, handling)
  const more = (await lastWord(world, theatre)) - words
  if (more !== 0) found.push(`a second handling told ${more} words`)
  found.push(...(await differences(play)).map((text) => `after a second handling: ${text}`))
  return found
}

/** Some events once more, as after a replay or a lost answer, and one more look at all. */
async function repeatEverything(play: Play, handling: Handling): Promise<void> {
  const { world, theatre, random, tally } = play
  const { rows } = await world.owner.query<{ id: string }>(
    'select id from inbound_event where organization_id = $1 order by dedupe_key, id',
    [theatre.organizationId],
  )
  const chosen = rows.map(({ id }) => id).filter(() => random.below(5) === 0)
  await world.database.withTenant(theatre.organizationId, async (tx) => {
    for (const [index, eventId] of chosen.entries())
      if (index % 2 === 0) await receiveAgain(tx, { eventId, from: ['processed'] })
  })
  tally.count('retried', chosen.length)
  await handling.again(chosen)
  await handling.sync(theatre.jobs.organization)
}

async function differences({ world, theatre }: Play): Promise<string[]> {
  const [truth, records] = [await lookAtTruth(theatre.visitor), await lookAtRecords(world, theatre)]
  const found: string[] = []
  const compareAll = (what: string, is: readonly unknown[], should: readonly unknown[]): void => {
    const wrong = is.filter((one) => !should.some((other) => isDeepStrictEqual(one, other)))
    const missing = should.filter((one) => !is.some((other) => isDeepStrictEqual(one, other)))
    for (const one of wrong) found.push(`${what} not in the ledger: ${JSON.stringify(one)}`)
    for (const one of missing) found.push(`${what} not in the records: ${JSON.stringify(one)}`)
    if (is.length !== should.length) found.push(`${is.length} ${what}s instead of ${should.length}`)
  }
  compareAll('meeting', records.meetings, truth.meetings)
  compareAll('prospect', records.prospects, truth.prospects)
  return found
}
