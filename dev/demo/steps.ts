import type { Step } from './step.ts'
import { balance } from './steps/balance.ts'
import { bookingToProspect } from './steps/booking-to-prospect.ts'
import { bookingToSocket } from './steps/booking-to-socket.ts'
import { calcomBookingToSession } from './steps/calcom-booking-to-session.ts'
import { calcomCancelCreditBack } from './steps/calcom-cancel-credit-back.ts'
import { calcomConnect } from './steps/calcom-connect.ts'
import { cancel } from './steps/cancel.ts'
import { connectTroubles } from './steps/connect-troubles.ts'
import { connect } from './steps/connect.ts'
import { disconnect } from './steps/disconnect.ts'
import { duplicateDelivery } from './steps/duplicate-delivery.ts'
import { forgedSignature } from './steps/forged-signature.ts'
import { gapClosed } from './steps/gap-closed.ts'
import { hookLive } from './steps/hook-live.ts'
import { hookRebuilt } from './steps/hook-rebuilt.ts'
import { reconnectOther } from './steps/reconnect-other.ts'
import { reconnectSame } from './steps/reconnect-same.ts'
import { seriesOf4 } from './steps/series-of-4.ts'

/** Everything the demo shows, in order. */
export const STEPS: readonly Step[] = [
  connect,
  hookLive,
  bookingToProspect,
  bookingToSocket,
  duplicateDelivery,
  forgedSignature,
  cancel,
  calcomConnect,
  calcomBookingToSession,
  calcomCancelCreditBack,
  seriesOf4,
  balance,
  ...connectTroubles,
  reconnectSame,
  reconnectOther,
  gapClosed,
  disconnect,
  hookRebuilt,
]
