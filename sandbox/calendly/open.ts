import type { FastifyInstance } from 'fastify'
import type { ControlledProvider } from '../control.ts'
import type { Opening } from '../opening.ts'
import { registerBookingPages } from './booking-pages.ts'
import { registerCalendly } from './calendly.ts'
import type { Calendly } from './context.ts'
import { registerCalendlyControl } from './control.ts'
import { createDispatcher } from './dispatcher.ts'
import { actOnFault, CALENDLY_FAULTS } from './fault-actions.ts'
import { SANDBOX_APP } from './oauth-app.ts'
import { createDemoPeople } from './people.ts'
import type { CalendlySwitches } from './switches.ts'
import { createSwitches } from './switches.ts'
import { trueBookings } from './true-state.ts'
import { openWorld } from './world.ts'

export interface CalendlyOptions {
  calendly?: Partial<CalendlySwitches>
  calendlyClient?: { id?: string | undefined; secret?: string | undefined }
  calendlyAppKey?: string | undefined
}

/** Opens this Calendly on an app: API, authorization, pages and control. */
export function openCalendly(app: FastifyInstance, given: Opening<CalendlyOptions>) {
  const { store, options, ...shared } = given
  const calendly: Calendly = {
    ...shared,
    world: openWorld(store),
    app: {
      ...SANDBOX_APP,
      clientId: options.calendlyClient?.id ?? SANDBOX_APP.clientId,
      clientSecret: options.calendlyClient?.secret ?? SANDBOX_APP.clientSecret,
      signingKey: options.calendlyAppKey ?? SANDBOX_APP.signingKey,
    },
    read: createSwitches(options.calendly ?? {}, shared.faults),
  }
  const desk = { calendly, dispatcher: createDispatcher(calendly) }
  let release: (() => void) | undefined
  void app.register(
    async (api: FastifyInstance) => {
      release = registerCalendly(api, desk)
    },
    { prefix: '/calendly' },
  )
  void app.register(async (pages: FastifyInstance) => registerBookingPages(pages, desk))
  void app.register(async (control: FastifyInstance) => registerCalendlyControl(control, desk), {
    prefix: '/control/calendly',
  })
  const provider: ControlledProvider = {
    name: 'calendly',
    faultKinds: CALENDLY_FAULTS,
    act: (fault) => actOnFault(calendly, fault),
    bookings: () => trueBookings(calendly),
  }
  return {
    provider,
    /** Needs the address: what it makes and sends names it. */
    start() {
      createDemoPeople(calendly)
      desk.dispatcher.resume()
    },
    release: () => release?.(),
    close: () => desk.dispatcher.close(),
  }
}
