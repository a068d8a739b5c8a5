import type { FastifyInstance } from 'fastify'
import fastify from 'fastify'
import { openCalcom } from './calcom/open.ts'
import type { CalcomSwitches } from './calcom/switches.ts'
import { openCalendly } from './calendly/open.ts'
import type { CalendlySwitches } from './calendly/switches.ts'
import { createClock } from './clock.ts'
import { registerControl } from './control.ts'
import { createFaults } from './faults.ts'
import type { Fault } from './faults.ts'
import { openLedger } from './ledger.ts'
import { acceptForms } from './page.ts'
import { openStore } from './store.ts'
import { createTraffic } from './traffic.ts'

export interface SandboxOptions {
  /** 0 takes a free one. */
  port: number
  /** Folder of state and ledger; without it everything is forgotten at the end. */
  home?: string | undefined
  /** How others reach it, when not `http://localhost:<port>`. */
  publicUrl?: string | undefined
  calendly?: Partial<CalendlySwitches>
  calendlyClient?: { id?: string | undefined; secret?: string | undefined }
  /** Signs for hooks without a key of their own, and for all while `appKeySigns`. */
  calendlyAppKey?: string | undefined
  calcom?: Partial<CalcomSwitches>
}

export interface Sandbox {
  url: string
  port: number
  close: () => Promise<void>
}

/** Starts a stand-in of the providers with its demo people, and goes on where its home ended. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = openStore(options.home)
  const settings = store.table<{ name: string; offset: number }>('clock', {
    id: ({ name }) => name,
  })
  const clock = createClock({
    offset: settings.get('clock')?.offset ?? 0,
    onAdvance: (offset) => settings.put({ name: 'clock', offset }),
  })
  const faults = createFaults(store.table<Fault>('fault', { id: ({ id }) => id }), clock)
  const ledger = openLedger(options.home)
  const traffic = createTraffic(clock)
  const address = { site: options.publicUrl ?? '' }
  // Answers held by a fault must not hold the end up.
  const app = fastify({ forceCloseConnections: true, bodyLimit: 4 * 1024 * 1024 })
  acceptForms(app)
  const shared = { store, clock, faults, ledger, traffic, address, options }
  const opened = [openCalendly(app, shared), openCalcom(app, shared)]
  const providers = opened.map(({ provider }) => provider)
  void app.register(
    async (control: FastifyInstance) =>
      registerControl(control, { clock, faults, ledger, traffic, providers }),
    { prefix: '/control' },
  )
  await app.listen({ port: options.port, host: '127.0.0.1' })
  const port = portOf(app)
  if (options.publicUrl === undefined) address.site = `http://localhost:${port}`
  for (const one of opened) one.start()
  return {
    url: address.site,
    port,
    async close() {
      clock.close()
      for (const { release } of opened) release()
      await Promise.all(opened.map((one) => one.close()))
      await app.close()
      await store.flush()
      await ledger.flush()
    },
  }
}

function portOf(app: FastifyInstance): number {
  const bound = app.server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The sandbox has no port')
  return bound.port
}
