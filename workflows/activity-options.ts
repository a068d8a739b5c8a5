import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow'

/**
 * One call to a provider: never repeated blindly, because a code or a single-use token would be
 * presented twice. Eight seconds hold our own limits on the call and a slow commit after it.
 */
export const ONE_TRY = {
  startToCloseTimeout: '8 seconds',
  retry: { maximumAttempts: 1 },
} satisfies ActivityOptions

/** Our own rows: quick, idempotent, and repeated until the database is back. */
export const OUR_ROWS = {
  startToCloseTimeout: '10 seconds',
  retry: {
    initialInterval: '200 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '15 seconds',
  },
} satisfies LocalActivityOptions

/**
 * A message to another workflow: Temporal is there, or this would not run; a hiccup is short. One
 * that can't be sent is not waited for: whoever waits looks at the row and sends another.
 */
export const A_MESSAGE = {
  startToCloseTimeout: '5 seconds',
  scheduleToCloseTimeout: '15 seconds',
  // As many as fit into the fifteen seconds, and said by number as well: the time-skipping server
  // forgets a deadline that falls on a whole second, one in a thousand, and would try for ever.
  retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds', maximumAttempts: 5 },
} satisfies ActivityOptions

/**
 * A look at one booking at the provider: harmless, so repeated. After a minute or two the delivery
 * is believed as it is, and the next sync sets right what it left out.
 */
export const A_LOOK = {
  startToCloseTimeout: '10 seconds',
  retry: {
    initialInterval: '2 seconds',
    backoffCoefficient: 2,
    maximumInterval: '1 minute',
    maximumAttempts: 6,
  },
} satisfies ActivityOptions

/** A burst repeats what it had not committed; every event in it is guarded by its own row. */
export const A_BURST = {
  startToCloseTimeout: '60 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '15 seconds' },
} satisfies LocalActivityOptions
