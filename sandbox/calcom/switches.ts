import type { Faults } from '../faults.ts'
import type { ReadSwitch } from '../switches.ts'
import { createSwitchReader, switchKinds } from '../switches.ts'

/** Where versions of Cal.com differ or its papers are silent, the sandbox can be told what to be. */
export interface CalcomSwitches {
  /** Calls per minute and API key or anonymous address. */
  requestLimit: number | 'off'
  /** Calls per minute of an OAuth client, and of a managed user's token. */
  clientLimit: number | 'off'
  /** A 429 also says `Retry-After`, as a proxy before the service might. */
  retryAfter: boolean
  /** `new` posts up to four times, `up` once, `task-queue` up to three times on network errors. */
  senderProfile: 'new' | 'up' | 'task-queue'
  /** The pause before the first retry, in sandbox seconds. */
  firstRetrySeconds: number
  /** The `new` profile gives a receiver this long. */
  deliveryTimeoutSeconds: number
  /** A receiver that says 410 is not asked again; only the `new` profile knows this. */
  goneDeactivates: boolean
  /** `absent` leaves the header out; any text is sent as it is. */
  versionHeader: string
  payloadBuiltAt: 'delivery' | 'event'
  /** Hook ids as the specification types them. */
  numericIds: boolean
  /** Refuses subscriber URLs on this machine and in private networks. */
  urlCheck: boolean
  /** False: a rescheduled booking comes without `iCalUID`. */
  keepIcalUid: boolean
  /** True: a requested reschedule names the old booking. */
  requestedNamesOld: boolean
  /** False: a host's request to reschedule looks like any cancellation. */
  requestRescheduleFlag: boolean
  /** False: a cancelled seat has no `responses`. */
  seatResponses: boolean
  /** Whom the booking of a seat shows: the new person, or all who sit. */
  seatAttendees: 'own' | 'all'
  /** False: MEETING_STARTED and MEETING_ENDED come without a signature header. */
  meetingSignature: boolean
  /** True: `afterStart` and `beforeEnd` change nothing. */
  ignoreDateFilters: boolean
  /** False: bookings cancelled together with another keep their `updatedAt`. */
  bulkCancelTouches: boolean
  /** `web` skips short months and corrects by the browser's zone, `api` drifts to shorter days. */
  seriesBuilder: 'api' | 'web'
  /** The zone of the browser in which the `web` builder runs. */
  browserTimeZone: string
  accessTokenSeconds: number
}

const DEFAULTS: CalcomSwitches = {
  requestLimit: 120,
  clientLimit: 500,
  retryAfter: false,
  senderProfile: 'new',
  firstRetrySeconds: 10,
  deliveryTimeoutSeconds: 20,
  goneDeactivates: true,
  versionHeader: '2021-10-20',
  payloadBuiltAt: 'delivery',
  numericIds: false,
  urlCheck: false,
  keepIcalUid: true,
  requestedNamesOld: false,
  requestRescheduleFlag: true,
  seatResponses: true,
  seatAttendees: 'own',
  meetingSignature: true,
  ignoreDateFilters: false,
  bulkCancelTouches: true,
  seriesBuilder: 'api',
  browserTimeZone: 'UTC',
  accessTokenSeconds: 3600,
}

/** The kinds of fault that set a switch for as long as they live. */
export const SWITCH_KINDS: readonly string[] = switchKinds(DEFAULTS)

/** Reads switches: a fault of that name wins over the start options, which win over the default. */
export function createSwitches(
  given: Partial<CalcomSwitches>,
  faults: Faults,
): ReadSwitch<CalcomSwitches> {
  return createSwitchReader('calcom', { ...DEFAULTS, ...given }, faults)
}
