import type { Measured } from '../load/jobs.ts'
import type { Side } from '../side.ts'
import type { Stand } from '../stand.ts'

/** How much is asked of both sides, and how to tell what is going on. */
export interface Plan {
  readonly rounds: number
  /** How many deliveries for every hundred of a real run; a smoke test asks for a few. */
  readonly percent: number
  readonly log: (line: string) => void
}

/** A number of deliveries under this plan, never so few that nothing is measured. */
export const asMany = ({ percent }: Plan, whole: number): number =>
  Math.max(10, Math.round((whole * percent) / 100))

/** What both sides gave in their rounds, in order. */
export interface BothSides<T> {
  readonly floor: T[]
  readonly product: T[]
}

/** Promises the rounds of both, in turn and floor first; an uncounted one of each warms them up. */
export async function inTurn<T>(
  { rounds, log }: Plan,
  sides: { readonly floor: Side; readonly product: Side },
  measure: (side: Side, isWarmUp: boolean) => Promise<T>,
): Promise<BothSides<T>> {
  const both: BothSides<T> = { floor: [], product: [] }
  for (let round = 0; round <= rounds; round += 1)
    for (const name of ['floor', 'product'] as const) {
      log(round === 0 ? `  warming up: ${name}` : `  round ${round} of ${rounds}: ${name}`)
      const measured = await measure(sides[name], round === 0)
      if (round > 0) both[name].push(measured)
    }
  return both
}

/** Promises what the load process measured of a burst over this many connections. */
export const burst = (
  { load }: Stand,
  { target }: Side,
  size: { readonly count: number; readonly connections: number },
): Promise<Measured> => load.ask<Measured>({ kind: 'burst', target, ...size })
