import type { Figure } from '../figure.ts'
import { figureOf, median } from '../figure.ts'
import { exactly } from '../side.ts'
import type { Stand } from '../stand.ts'
import { asMany, burst, inTurn } from './rounds.ts'
import type { Plan } from './rounds.ts'

/** About three seconds of either side. */
const DELIVERIES = 4_000
const CONNECTIONS = 32
/** A floor that does not reach this on two cores proves nothing about the product. */
const HONEST_RATE = 1_000

/** How many signed deliveries a second are stored and answered, with everything behind running? */
export async function accept(stand: Stand, plan: Plan): Promise<Figure[]> {
  plan.log('accept: 32 connections, unique signed deliveries; the floor is the plain handler')
  const sides = {
    floor: await stand.floor('plain-handler'),
    oneStatement: await stand.floor('one-statement-handler'),
    product: stand.product,
  }
  const { floor, oneStatement, product } = await inTurn(plan, sides, async (side, isWarmUp) => {
    const count = asMany(plan, isWarmUp ? DELIVERIES / 4 : DELIVERIES)
    const { answer } = await exactly(side, count, () =>
      burst(stand, side, { count, connections: CONNECTIONS }),
    )
    return { rate: count / ((answer.endedAt - answer.beganAt) / 1000), p99: answer.p99 }
  })
  const honest = median(floor.map(({ rate }) => rate))
  const invalid =
    honest < HONEST_RATE ? `invalid: the floor accepts ${Math.round(honest)}/s only` : undefined
  return [
    figureOf({
      name: 'accept_rate',
      unit: '1/s',
      product: product.map(({ rate }) => rate),
      floor: floor.map(({ rate }) => rate),
      invalid,
    }),
    figureOf({
      name: 'accept_rate_beside_one_statement',
      unit: '1/s',
      product: product.map(({ rate }) => rate),
      floor: oneStatement.map(({ rate }) => rate),
      invalid: undefined,
    }),
    figureOf({
      name: 'accept_p99',
      unit: 'ms',
      product: product.map(({ p99 }) => p99),
      floor: floor.map(({ p99 }) => p99),
      invalid,
    }),
  ]
}
