import type { FastifyInstance } from 'fastify'
import type { ControlledProvider } from '../control.ts'
import type { Opening } from '../opening.ts'
import { registerCalcom } from './calcom.ts'
import type { Calcom } from './context.ts'
import { registerCalcomControl } from './control.ts'
import { createDispatcher } from './dispatcher.ts'
import { actOnFault, CALCOM_FAULTS } from './fault-actions.ts'
import { resumeMeetings } from './meetings.ts'
import { registerPages } from './pages.ts'
import { createDemoPeople } from './people.ts'
import { registerSettingsPages } from './settings-pages.ts'
import type { CalcomSwitches } from './switches.ts'
import { createSwitches } from './switches.ts'
import { trueBookings } from './true-state.ts'
import { openWorld } from './world.ts'

/** Opens this Cal.com on an app: API, pages and control. */
export function openCalcom(
  app: FastifyInstance,
  given: Opening<{ calcom?: Partial<CalcomSwitches> }>,
) {
  const { store, options, ...shared } = given
  const calcom: Calcom = {
    ...shared,
    world: openWorld(store),
    read: createSwitches(options.calcom ?? {}, shared.faults),
  }
  const desk = { calcom, dispatcher: createDispatcher(calcom) }
  let release: (() => void) | undefined
  void app.register(
    async (api: FastifyInstance) => {
      release = registerCalcom(api, desk)
    },
    { prefix: '/calcom/v2' },
  )
  void app.register(
    async (pages: FastifyInstance) => {
      registerSettingsPages(pages, desk)
      registerPages(pages, desk)
    },
    { prefix: '/calcom' },
  )
  void app.register(async (control: FastifyInstance) => registerCalcomControl(control, desk), {
    prefix: '/control/calcom',
  })
  const provider: ControlledProvider = {
    name: 'calcom',
    faultKinds: CALCOM_FAULTS,
    act: (fault) => actOnFault(calcom, fault),
    bookings: () => trueBookings(calcom),
  }
  return {
    provider,
    /** Needs the address: what it makes and sends names it. */
    start() {
      createDemoPeople(calcom)
      desk.dispatcher.resume()
      resumeMeetings(desk)
    },
    release: () => release?.(),
    close: () => desk.dispatcher.close(),
  }
}
