import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { callJson } from '../../dev/demo/json-client.ts'

/** The workflows' clock and the sandbox's, moved as one. */
export interface BothClocks {
  /** What time it is for workflows, and within a step for the sandbox. */
  readonly now: () => Promise<number>
  readonly pass: (hours: number) => Promise<void>
}

/** A quarter of a token's life: neither clock ever takes a token for older than the half of it. */
const STEP_MS = 30 * 60_000

/** The one driver of both clocks. Nobody else may skip time or advance the sandbox. */
export function createBothClocks(env: TestWorkflowEnvironment, sandbox: string): BothClocks {
  let advanced = 0
  const now = (): Promise<number> => env.currentTimeMs()

  return {
    now,
    pass: async (hours) => {
      const end = (await now()) + hours * 3_600_000
      for (let at = await now(); at < end; at = await now()) {
        const step = Math.min(STEP_MS, end - at)
        // Both follow the wall clock, too: what is missing is the difference to where we want them.
        const missing = at + step - Date.now() - advanced
        if (missing > 0) {
          advanced += missing
          await callJson(`${sandbox}/control/clock`, {
            method: 'POST',
            json: { advanceSeconds: missing / 1_000 },
          })
        }
        await env.sleep(step)
      }
    },
  }
}
