import type { Input } from './inputs.ts'

/** What the door made of an input. */
export type Fate = 'taken' | 'refused' | 'broken'

/** What a run came to. */
export interface Tally {
  readonly note: (input: Input, fate: Fate, told?: string) => void
  /** An error that no single input can be blamed for. */
  readonly blame: (what: string) => void
  readonly forged: number
  /** Forgeries that were taken. */
  readonly accepted: number
  /** Crashes, answers of 5xx, authentic ones that were refused, anything lost. */
  readonly errors: number
  readonly kinds: ReadonlyMap<string, number>
  /** The first few mishaps, in words. */
  readonly mishaps: readonly string[]
}

/** More tell nothing new. */
const SHOWN = 20

/** An empty tally. */
export function createTally(): Tally {
  const kinds = new Map<string, number>()
  const mishaps: string[] = []
  const sums = { forged: 0, accepted: 0, errors: 0 }
  const show = (words: string): void => {
    if (mishaps.length < SHOWN) mishaps.push(words)
  }
  const blame = (what: string): void => {
    sums.errors += 1
    show(what)
  }
  return {
    note(input, fate, told = '') {
      const { kind, isAuthentic, shipment } = input
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      if (!isAuthentic) sums.forged += 1
      const about = `${kind}: ${JSON.stringify(shipment.signatures).slice(0, 200)} ${told}`
      if (fate === 'broken') blame(`broken ${about}`)
      else if (isAuthentic && fate === 'refused') blame(`refused ${about}`)
      else if (!isAuthentic && fate === 'taken') {
        sums.accepted += 1
        show(`accepted ${about}`)
      }
    },
    blame,
    get forged() {
      return sums.forged
    },
    get accepted() {
      return sums.accepted
    },
    get errors() {
      return sums.errors
    },
    kinds,
    mishaps,
  }
}
