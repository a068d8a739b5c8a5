import type { FastifyInstance } from 'fastify'
import type { Clock } from './clock.ts'
import type { Fault, Faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { Traffic } from './traffic.ts'

export interface ControlledProvider {
  name: string
  faultKinds: readonly string[]
  /** Does what a fault asks for at once; false when it waits for its moment. */
  act: (fault: Omit<Fault, 'id'>) => boolean
  bookings: () => object[]
}

/** The control routes every provider shares: clock, faults, ledger, counts. */
export function registerControl(
  app: FastifyInstance,
  deps: {
    clock: Clock
    faults: Faults
    ledger: Ledger
    traffic: Traffic
    providers: ControlledProvider[]
  },
): void {
  const { clock, faults, ledger, traffic, providers } = deps

  app.get('/health', async () => ({ status: 'ok' }))

  app.get('/clock', async () => ({ now: new Date(clock.now()).toISOString() }))

  app.post('/clock', async (request, reply) => {
    const { advanceSeconds } = (request.body ?? {}) as { advanceSeconds?: unknown }
    if (typeof advanceSeconds !== 'number' || !(advanceSeconds >= 0)) {
      return reply.code(400).send({ error: 'advanceSeconds must be a positive number' })
    }
    clock.advance(advanceSeconds)
    return reply.send({ now: new Date(clock.now()).toISOString() })
  })

  app.get('/faults', async () => ({ faults: faults.list() }))

  app.post('/faults', async (request, reply) => {
    const fault = (request.body ?? {}) as Omit<Fault, 'id'>
    const provider = providers.find(({ name }) => name === fault.provider)
    if (provider === undefined) return reply.code(400).send({ error: 'provider is not known' })
    if (!provider.faultKinds.includes(fault.kind)) {
      return reply.code(400).send({ error: 'kind is not known', kinds: provider.faultKinds })
    }
    if (provider.act(fault)) return reply.code(201).send({ done: true, ...fault })
    return reply.code(201).send(faults.add(fault))
  })

  app.delete('/faults', async (request, reply) => {
    faults.clear((request.query as { provider?: string }).provider)
    return reply.code(204).send()
  })

  app.get('/ledger', async () => ({
    bookings: providers.flatMap(({ bookings }) => bookings()),
    deliveries: ledger.deliveries,
  }))

  app.get('/requests', async () => traffic.report())
}
