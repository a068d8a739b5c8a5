import type { Figure } from '../figure.ts'
import { figureOf } from '../figure.ts'
import type { Measured } from '../load/jobs.ts'
import { exactly } from '../side.ts'
import type { Stand } from '../stand.ts'
import { asMany, inTurn } from './rounds.ts'
import type { Plan } from './rounds.ts'

/** Half a minute of a busy morning. */
const DELIVERIES = 1_500
const PER_SECOND = 50
/** Each costs the whole check of a signature, and every other one a look for its endpoint. */
const FORGED_PER_VALID = 20

/** How much longer do valid deliveries wait for their answer among twenty forgeries each? */
export async function besieged(stand: Stand, plan: Plan): Promise<Figure[]> {
  plan.log('besieged: 50 valid a second, 20 forged for each; the floor is the same without them')
  const { product } = stand
  const sides = { alone: { ...product }, among: { ...product } }
  const { alone, among } = await inTurn(plan, sides, async (side, isWarmUp) => {
    const count = asMany(plan, isWarmUp ? DELIVERIES / 10 : DELIVERIES)
    const forgedPerValid = side === sides.among ? FORGED_PER_VALID : 0
    const { target } = side
    const pace = { count, perSecond: PER_SECOND, forgedPerValid }
    // Forgeries leave nothing: exactly the valid ones are stored and become prospects.
    const { answer } = await exactly(side, count, () =>
      stand.load.ask<Measured>({ kind: 'besieged', target, ...pace }),
    )
    return answer
  })
  return [
    figureOf({
      name: 'accept_p99_among_forgeries',
      unit: 'ms',
      product: among.map(({ p99 }) => p99),
      floor: alone.map(({ p99 }) => p99),
    }),
  ]
}
