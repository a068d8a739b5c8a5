import type { Figure } from '../figure.ts'
import { figureOf } from '../figure.ts'
import { residentMiB } from '../memory.ts'
import { exactly } from '../side.ts'
import type { Stand } from '../stand.ts'
import { asMany, burst } from './rounds.ts'
import type { Plan } from './rounds.ts'

const PROCESSES = ['api', 'worker', 'temporal', 'postgres'] as const
const DELIVERIES = 4_000
const CONNECTIONS = 32
/** Often enough to meet the highest point of a load of seconds. */
const LOOK_EVERY_MS = 200

/** How much memory does each process hold, at rest and at its highest under load? */
export async function memory(stand: Stand, plan: Plan): Promise<Figure[]> {
  plan.log('memory: at rest, then under the load of accept')
  const idle = look(stand)
  const highest = look(stand)
  const looking = setInterval(() => {
    const now = look(stand)
    for (const name of PROCESSES) highest[name] = Math.max(highest[name], now[name])
  }, LOOK_EVERY_MS)
  const count = asMany(plan, DELIVERIES)
  await exactly(stand.product, count, () =>
    burst(stand, stand.product, { count, connections: CONNECTIONS }),
  ).finally(() => clearInterval(looking))
  return PROCESSES.flatMap((name) => [
    figureOf({ name: `memory_idle_${name}`, unit: 'MiB', product: [idle[name]] }),
    figureOf({ name: `memory_loaded_${name}`, unit: 'MiB', product: [highest[name]] }),
  ])
}

type Memory = Record<(typeof PROCESSES)[number], number>

function look({ stack }: Stand): Memory {
  const of = (name: string): number => residentMiB(stack.child(name).pid)
  return {
    api: of('api'),
    worker: of('worker'),
    temporal: of('temporal'),
    postgres: of('postgres'),
  }
}
