import type { Mutant } from './mutant.ts'
import { runTests, type Selection } from './run-test.ts'
import { illTyped, typeErrors } from './type-check.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import type { Workshop } from './workshop.ts'

/** The tree without a mistake is not in order, so that nothing can be learnt from one. */
export class NotGreen extends Error {
  override readonly name = 'NotGreen'
}

/** A proof over some mutants: what they are tried with is what was green without them. */
export interface Proof {
  readonly selections: readonly Selection[]
  /** Promises that the honest tree type-checks. */
  readonly proveTyped: () => Promise<void>
  /** Promises that these tests are green in the honest tree. */
  readonly proveGreen: (selection: Selection) => Promise<void>
  /** Promises to know which mutants do not type-check; comes before any is judged. */
  readonly checkTypes: () => Promise<void>
  readonly judge: (mutant: Mutant) => Promise<Verdict>
}

/** Prepares the proof over these mutants in a workshop, until it is given up. */
export function createProof(
  workshop: Workshop,
  mutants: readonly Mutant[],
  signal: AbortSignal,
): Proof {
  const { root } = workshop
  const selections = selectionsOf(mutants)
  let ill: ReadonlyMap<Mutant, string> = new Map()
  return {
    selections,
    async proveTyped() {
      const errors = await typeErrors(root, signal)
      if (errors !== undefined) throw new NotGreen(`the tree does not type-check:\n${errors}`)
    },
    async proveGreen(selection) {
      const report = await runTests(root, selection, signal)
      for (const title of selection.titles) {
        const { is, why } = verdictOf({ file: selection.file, title }, report)
        if (is !== 'survived')
          throw new NotGreen(
            `without a mutant, "${title}" (${selection.file}) is not green: ${why}`,
          )
      }
    },
    async checkTypes() {
      ill = await illTyped(workshop, mutants, signal)
    },
    async judge(mutant) {
      const errors = ill.get(mutant)
      if (errors !== undefined) return { is: 'void', why: `does not type-check: ${errors}` }
      const selection = selections.find(({ file }) => file === mutant.test.file)
      if (selection === undefined) return { is: 'void', why: 'its test was not selected' }
      const run = () => runTests(root, selection, signal)
      return verdictOf(mutant.test, await workshop.withMutants([mutant], run))
    },
  }
}

/** The named tests file by file. */
function selectionsOf(mutants: readonly Mutant[]): readonly Selection[] {
  const files = [...new Set(mutants.map(({ test }) => test.file))]
  return files.map((file) => {
    const titles = mutants.filter(({ test }) => test.file === file).map(({ test }) => test.title)
    return { file, titles: [...new Set(titles)] }
  })
}
