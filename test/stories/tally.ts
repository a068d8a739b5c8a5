/** What somebody does with a booking. */
export const STEPS = [
  'book',
  'bookTwoHosts',
  'joinGroup',
  'move',
  'cancelByHost',
  'cancelByInvitee',
  'cancelWholeEvent',
  'markNoShow',
  'unmarkNoShow',
] as const

/** What the way of a delivery to the records does to it. */
const DISORDERS = [
  /** Handled after one that was sent later. */
  'overtaken',
  'repeated',
  'delayed',
  'lost',
  /** Of one step, every delivery to everybody. */
  'allLost',
  /** Handled beside others, at the same moment. */
  'raced',
  /** Handled again, though it was done. */
  'retried',
  /** Together in one transaction. */
  'inBurst',
  /** Changed by a look at the provider, because no delivery had said so. */
  'foundBySync',
] as const

/** By which way word of a booking came. */
const WAYS = ['userHook', 'organizationHook', 'sync'] as const

type Name = (typeof STEPS)[number] | (typeof DISORDERS)[number] | (typeof WAYS)[number]

/** One of STEPS. */
export type StepName = (typeof STEPS)[number]

/** How often each thing has happened in a run. */
export interface Tally {
  readonly count: (name: Name, times?: number) => void
  readonly of: (name: Name) => number
  readonly add: (other: Tally) => void
  /** Each name with its number, for people. */
  readonly text: () => string
}

const NAMES: readonly Name[] = [...STEPS, ...DISORDERS, ...WAYS]

/** Counts from nothing. */
export function createTally(): Tally {
  const counts = new Map<Name, number>()
  const of = (name: Name): number => counts.get(name) ?? 0
  const count = (name: Name, times = 1): void => void counts.set(name, of(name) + times)
  return {
    of,
    count,
    add: (other) => {
      for (const name of NAMES) count(name, other.of(name))
    },
    text: () => NAMES.map((name) => `${name} ${of(name)}`).join(', '),
  }
}

/** What has not happened often enough to say that the run has met it. */
export const rarely = ({ of }: Tally, least: number): string[] =>
  NAMES.filter((name) => of(name) <= least).map((name) => `${name} only ${of(name)} times`)
