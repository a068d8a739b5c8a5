import type { Random } from '../../fuzz/random.ts'
import type { Received } from '../sandbox/receiver.ts'
import type { Tally } from './tally.ts'

/** A delivery on its way. */
export interface Letter {
  /** The same for copies of one delivery, and larger for each that was sent later. */
  readonly sent: number
  readonly delivery: Received
}

/** A post that loses, repeats, delays and shuffles what it is given. */
export interface Post {
  /** Takes what one step made; all of it may be lost. */
  readonly take: (deliveries: readonly Received[]) => void
  /** What comes out next, in the order it comes; `all` empties the bag. */
  readonly give: (how?: 'all') => Letter[]
}

/** In rounds: a delay ends before the story is told again, or only at the very end. */
const LONGEST_DELAY = 12

/** Promises disorder, the same for the same numbers. */
export function createPost(random: Random, tally: Tally): Post {
  let bag: (Letter & { readonly due: number })[] = []
  let round = 0
  let sent = 0
  let newest = 0
  const chance = (percent: number): boolean => random.below(100) < percent

  function post(delivery: Received, isCopy: boolean): void {
    const isLate = chance(isCopy ? 60 : 20)
    if (isLate && !isCopy) tally.count('delayed')
    const due = round + (isLate ? 1 + random.below(LONGEST_DELAY) : 0)
    bag.push({ sent, delivery, due })
  }

  return {
    take(deliveries) {
      if (chance(13)) return tally.count('allLost')
      for (const delivery of deliveries) {
        sent += 1
        if (chance(12)) {
          tally.count('lost')
          continue
        }
        post(delivery, false)
        for (let copies = chance(15) ? 1 + random.below(3) : 0; copies > 0; copies -= 1) {
          tally.count('repeated')
          post(delivery, true)
        }
      }
    },
    give(how) {
      round += 1
      const given = bag.filter(({ due }) => due < round || how === 'all')
      bag = bag.filter((letter) => !given.includes(letter))
      const shuffled = given
        .map((letter) => ({ letter, place: random.below(1_000_000) }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ letter }) => letter)
      for (const letter of shuffled) {
        if (letter.sent < newest) tally.count('overtaken')
        newest = Math.max(newest, letter.sent)
      }
      return shuffled
    },
  }
}
