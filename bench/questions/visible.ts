import type { Figure } from '../figure.ts'
import { figureOf } from '../figure.ts'
import type { Measured } from '../load/jobs.ts'
import { exactly } from '../side.ts'
import type { Stand } from '../stand.ts'
import { asMany, inTurn } from './rounds.ts'
import type { Plan } from './rounds.ts'

/** Eight seconds of a pace at which nothing queues: what one person waits. */
const BOOKINGS = 80
const PER_SECOND = 10

/** How long from the delivery of a booking until a person sees the prospect? */
export async function visible(stand: Stand, plan: Plan): Promise<Figure[]> {
  plan.log('visible: 10 bookings a second; the floor is the bare workflow')
  const sides = { floor: await stand.floor('bare-workflow'), product: stand.product }
  const { floor, product } = await inTurn(plan, sides, async ({ target, watch, ...side }) => {
    const count = asMany(plan, BOOKINGS)
    const job = { kind: 'paced', target, watch, count, perSecond: PER_SECOND }
    const { answer } = await exactly({ target, watch, ...side }, count, () =>
      stand.load.ask<Measured>(job),
    )
    return answer
  })
  return (['p50', 'p99'] as const).map((rank) =>
    figureOf({
      name: `visible_${rank}`,
      unit: 'ms',
      product: product.map((measured) => measured[rank]),
      floor: floor.map((measured) => measured[rank]),
    }),
  )
}
