import type { Step, StepResult } from './step.ts'

/** Writes the lines of a table as the steps come and go. */
export interface Table {
  readonly started: (step: Step) => void
  readonly ended: (result: StepResult) => void
}

/** A table for a person: on a terminal the running step shows in a line that its result replaces. */
export function createTable(out: NodeJS.WriteStream, steps: readonly Step[]): Table {
  const width = Math.max(...steps.map(({ name }) => name.length))
  const shows = new Map(steps.map((step) => [step.name, step.shows]))
  return {
    started({ name, shows: what }) {
      if (out.isTTY) out.write(`  … ${name.padEnd(width)}  ${what}`)
    },
    ended({ step, ok, ms, evidence }) {
      if (out.isTTY) out.write('\r\u001B[2K')
      const time = `${ms.toFixed(0)} ms`.padStart(8)
      out.write(`  ${ok ? '✔' : '✘'} ${step.padEnd(width)} ${time}  ${shows.get(step) ?? ''}\n`)
      for (const [name, value] of Object.entries(evidence)) {
        out.write(`    ${' '.repeat(width)}           ${name}: ${value}\n`)
      }
    },
  }
}
