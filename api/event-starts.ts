import type { EventInput } from '../workflows/contract.ts'
import { nameOf } from './temporal-errors.ts'

/** What an admin can search workflows by; nobody's secret. */
export interface Facts {
  readonly provider: string
  readonly integrationId?: string
}

/** A place among the workflows being started: use it once, or give it back. */
export interface Reservation {
  /** Starts the workflow and gives the place back. Never throws: the relay finds what is lost. */
  start(input: EventInput, facts: Facts): Promise<void>
  release(): void
}

export interface EventStartsDeps {
  readonly start: (input: EventInput, facts: Facts) => Promise<unknown>
  readonly warn: (message: string) => void
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}

/**
 * A workflow of its own costs ten times what an event costs in a burst: four at once serve what
 * people book, and a backlog goes to the relay from the start.
 */
const EVENTS_IN_FLIGHT = 4
/** What an engine on two cores starts and ends singly; a crowd that is faster shares bursts. */
const STARTS_PER_SECOND = 25
/** A busy or absent engine is left alone for a moment; the relay drains what comes meanwhile. */
const PAUSE_MS = 1_000

/**
 * Hands out at most four places at a time and twenty-five a second, and none for a second after a
 * failed start.
 */
export function createEventStarts(deps: EventStartsDeps): () => Reservation | undefined {
  const { start, warn, now = () => performance.now() } = deps
  let taken = 0
  let pausedUntil = 0
  const mayStart = createAllowance(now())

  return () => {
    const isAllowed = mayStart(now())
    if (!isAllowed || taken >= EVENTS_IN_FLIGHT || now() < pausedUntil) return undefined
    taken += 1
    let isHeld = true
    const release = (): void => {
      if (isHeld) taken -= 1
      isHeld = false
    }
    return {
      release,
      async start(input, facts) {
        try {
          await start(input, facts)
        } catch (error) {
          pausedUntil = now() + PAUSE_MS
          warn(`an event is left to the relay: ${nameOf(error)}`)
        } finally {
          release()
        }
      },
    }
  }
}

/**
 * Says yes as often as time refills what was taken. Who is refused pays too, so that a crowd gets
 * no place at all until it has been gone for a second: its bursts need the engine.
 */
function createAllowance(since: number): (now: number) => boolean {
  let left = EVENTS_IN_FLIGHT
  let last = since
  return (now) => {
    const refilled = left + ((now - last) / 1_000) * STARTS_PER_SECOND
    left = Math.max(-STARTS_PER_SECOND, Math.min(EVENTS_IN_FLIGHT, refilled) - 1)
    last = now
    return left >= 0
  }
}
