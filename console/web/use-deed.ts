import { useState } from 'preact/hooks'

/** Where something that a person asked for stands. */
export interface Deed {
  readonly isBusy: boolean
  /** Why the last one did not work. */
  readonly problem: unknown
  /** Does it, unless another is under way. */
  readonly run: (work: () => Promise<void>) => void
}

/** Promises one request of a person at a time, and what was wrong with the last. */
export function useDeed(): Deed {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  async function perform(work: () => Promise<void>) {
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
    } catch (told) {
      setProblem(told)
    } finally {
      setBusy(false)
    }
  }
  return {
    isBusy,
    problem,
    run: (work) => {
      if (!isBusy) void perform(work)
    },
  }
}
