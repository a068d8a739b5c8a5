import type { Figure } from '../figure.ts'
import { figureOf } from '../figure.ts'
import { exactly } from '../side.ts'
import type { Stand } from '../stand.ts'
import { asMany, burst, inTurn } from './rounds.ts'
import type { Plan } from './rounds.ts'

const DELIVERIES = 1_000
/** All at once, as far as a provider has connections. */
const CONNECTIONS = 100

/** How fast do a thousand deliveries that come at once become prospects? */
export async function drain(stand: Stand, plan: Plan): Promise<Figure[]> {
  plan.log('drain: a thousand deliveries at once; the floor is the bare workflow')
  const sides = { floor: await stand.floor('bare-workflow'), product: stand.product }
  const { floor, product } = await inTurn(plan, sides, async (side, isWarmUp) => {
    const count = asMany(plan, isWarmUp ? DELIVERIES / 5 : DELIVERIES)
    const { answer, doneAt } = await exactly(side, count, () =>
      burst(stand, side, { count, connections: CONNECTIONS }),
    )
    return count / ((doneAt - answer.beganAt) / 1000)
  })
  return [figureOf({ name: 'drain_rate', unit: '1/s', product, floor })]
}
