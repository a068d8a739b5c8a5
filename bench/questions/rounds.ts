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

/** Promises the rounds of all sides, in turn as named; an uncounted one of each warms them up. */
export async function inTurn<T, Name extends string>(
  { rounds, log }: Plan,
  sides: Readonly<Record<Name, Side>>,
  measure: (side: Side, isWarmUp: boolean) => Promise<T>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(sides) as Name[]
  const given = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>
  for (let round = 0; round <= rounds; round += 1)
    for (const name of names) {
      log(round === 0 ? `  warming up: ${name}` : `  round ${round} of ${rounds}: ${name}`)
      const measured = await measure(sides[name], round === 0)
      if (round > 0) given[name].push(measured)
    }
  return given
}

/** Promises what the load process measured of a burst over this many connections. */
export const burst = (
  { load }: Stand,
  { target }: Side,
  size: { readonly count: number; readonly connections: number },
): Promise<Measured> => load.ask<Measured>({ kind: 'burst', target, ...size })
