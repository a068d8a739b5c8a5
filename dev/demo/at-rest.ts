import type { ExplanationJson } from './rest.ts'
import type { Account } from './setting.ts'
import { until } from './until.ts'

/** A fetch of bookings is a few pages, on a machine that does other things. */
const RESTS_WITHIN_MS = 30_000

/**
 * Waits until what was booked before the connect is fetched, and promises what the integration
 * does next by itself. Whoever loses a delivery on purpose waits for it: the fetch would find the
 * booking.
 */
export async function atRest({
  rest,
  integrationId,
}: Account): Promise<ExplanationJson['next_due']> {
  const { seen } = await until(
    () => rest.explain(integrationId),
    ({ decisions, next_due: next }) =>
      decisions.some(({ did }) => did === 'syncPage') && next?.what !== 'syncPage',
    RESTS_WITHIN_MS,
  )
  return seen.next_due
}
