import { beginAge } from '../../test/years/age.ts'
import { idleDay } from '../../test/years/idle.ts'
import { launch } from '../../test/scale/fleet.ts'
import type { Figure } from '../figure.ts'
import { figureOf } from '../figure.ts'
import { residentMiB } from '../memory.ts'
import type { Stand } from '../stand.ts'
import { asMany } from './rounds.ts'
import type { Plan } from './rounds.ts'

const INTEGRATIONS = 200

/** What does an integration cost that nobody books and that is not ill? */
export async function idle(stand: Stand, plan: Plan): Promise<Figure[]> {
  const count = asMany(plan, INTEGRATIONS)
  plan.log(`idle: ${count} more integrations on the worker, then a day of another one, skipped`)
  const worker = stand.stack.child('worker')
  const before = residentMiB(worker.pid)
  const fleet = await launch(stand.stack, { count })
  const after = residentMiB(worker.pid)
  await fleet.close()
  const age = await beginAge()
  try {
    const aDay = await idleDay(age, 1)
    return [
      figureOf({
        name: 'idle_memory_each',
        unit: 'KiB',
        product: [(Math.max(after - before, 0) * 1_024) / count],
      }),
      figureOf({ name: 'idle_actions', unit: '1/day', product: [aDay.all] }),
    ]
  } finally {
    await age.end()
  }
}
