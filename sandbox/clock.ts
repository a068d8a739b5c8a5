export interface Clock {
  /** Sandbox time in milliseconds: real time plus everything it was advanced by. */
  now: () => number
  /** Moves lives, back-off and disabling forward, and runs what became due. */
  advance: (seconds: number) => void
  /** Runs the task once sandbox time has reached the moment. */
  at: (moment: number, task: () => void) => void
  /** Forgets every waiting task. */
  close: () => void
}

interface Waiting {
  moment: number
  task: () => void
  timer: NodeJS.Timeout
}

/** Starts a clock that runs with real time and can be pushed forward. */
export function createClock(input: { offset: number; onAdvance: (offset: number) => void }): Clock {
  let offset = input.offset
  let closed = false
  const waiting = new Set<Waiting>()
  const now = () => Date.now() + offset

  function arm(moment: number, task: () => void) {
    // setTimeout overflows beyond 2^31 ms and would fire at once.
    const pause = Math.min(Math.max(0, moment - now()), 2 ** 31 - 1)
    const entry: Waiting = { moment, task, timer: setTimeout(() => due(entry), pause) }
    waiting.add(entry)
  }

  function due(entry: Waiting) {
    waiting.delete(entry)
    if (closed) return
    if (entry.moment > now()) return arm(entry.moment, entry.task)
    entry.task()
  }

  return {
    now,
    at: arm,
    advance(seconds) {
      offset += seconds * 1000
      input.onAdvance(offset)
      const entries = [...waiting]
      waiting.clear()
      for (const { timer, moment, task } of entries) {
        clearTimeout(timer)
        arm(moment, task)
      }
    },
    close() {
      closed = true
      for (const { timer } of waiting) clearTimeout(timer)
      waiting.clear()
    },
  }
}

let lastMicros = 0

/** The wall clock as Calendly writes it: UTC, six decimals, never the same twice. */
export function stamp(): string {
  lastMicros = Math.max(lastMicros + 1, Date.now() * 1000)
  return formatMicros(lastMicros)
}

/** A moment in milliseconds as UTC with six decimals. */
export function formatTime(milliseconds: number): string {
  return formatMicros(Math.floor(milliseconds) * 1000)
}

function formatMicros(micros: number): string {
  const seconds = new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19)
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}Z`
}
