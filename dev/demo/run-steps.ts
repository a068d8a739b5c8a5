import { machineMs } from './machine-clock.ts'
import type { Finding, Step, StepResult } from './step.ts'
import type { World } from './world.ts'

/** Runs the steps in order, tells of each as it begins and ends, and promises what all found. */
export async function runSteps(
  world: World,
  run: {
    readonly steps: readonly Step[]
    readonly sabotaged: readonly string[]
    /** Ends the run early: what breaks from then on says nothing. */
    readonly signal: AbortSignal
    readonly onStart: (step: Step) => void
    readonly onEnd: (result: StepResult) => void
  },
): Promise<readonly StepResult[]> {
  const results: StepResult[] = []
  const begin = (step: Step): Promise<Finding> =>
    findingOf(world, step, run.sabotaged.includes(step.name))
  const begun = new Map<Step, Promise<Finding>>()
  for (const step of run.steps) {
    run.onStart(step)
    if (step.together !== undefined && !begun.has(step))
      for (const each of run.steps.filter(({ together }) => together === step.together))
        begun.set(each, begin(each))
    const finding = await (begun.get(step) ?? begin(step))
    if (run.signal.aborted) break
    const result = { step: step.name, ...finding, ms: Math.round(finding.ms * 10) / 10 }
    if (!result.ok) world.forget()
    results.push(result)
    run.onEnd(result)
  }
  return results
}

/** A step that breaks has shown nothing, and what it broke on is all the evidence there is. */
async function findingOf(world: World, step: Step, isSabotaged: boolean): Promise<Finding> {
  const begun = machineMs()
  try {
    return await step.run(world, isSabotaged)
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error)
    return { ok: false, ms: machineMs() - begun, evidence: { error: told } }
  }
}
