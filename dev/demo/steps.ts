import type { Step } from './step.ts'
import { bookingToProspect } from './steps/booking-to-prospect.ts'
import { bookingToSocket } from './steps/booking-to-socket.ts'
import { cancel } from './steps/cancel.ts'
import { connectTroubles } from './steps/connect-troubles.ts'
import { connect } from './steps/connect.ts'
import { duplicateDelivery } from './steps/duplicate-delivery.ts'
import { forgedSignature } from './steps/forged-signature.ts'
import { hookLive } from './steps/hook-live.ts'

/** Everything the demo shows, in order. */
export const STEPS: readonly Step[] = [
  connect,
  hookLive,
  bookingToProspect,
  bookingToSocket,
  duplicateDelivery,
  forgedSignature,
  cancel,
  ...connectTroubles,
]
