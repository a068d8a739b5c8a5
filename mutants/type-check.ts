import { join } from 'node:path'
import type { Mutant } from './mutant.ts'
import { runTool } from './run-tool.ts'
import type { Workshop } from './workshop.ts'

/** Promises the first mistakes that the compiler finds in a tree; undefined where it finds none. */
export async function typeErrors(root: string, signal: AbortSignal): Promise<string | undefined> {
  const memory = join(root, '..', 'types.tsbuildinfo')
  const { code, output } = await runTool(
    join(root, 'node_modules', '.bin', 'tsc'),
    // What it remembers of the last look makes one at a few changed files a short one.
    ['--incremental', '--tsBuildInfoFile', memory],
    { cwd: root, signal },
  )
  return code === 0 ? undefined : output.split('\n').slice(0, 3).join('\n')
}

/**
 * Promises those mutants that do not type-check, with the compiler's words. Mutants of different
 * files are looked at together, and one by one where something is wrong with them.
 */
export async function illTyped(
  workshop: Workshop,
  mutants: readonly Mutant[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Mutant, string>> {
  const found = new Map<Mutant, string>()
  const look = (together: readonly Mutant[]): Promise<string | undefined> =>
    workshop.withMutants(together, () => typeErrors(workshop.root, signal))
  for (const together of oneOfEachFile(mutants)) {
    const errors = await look(together)
    if (errors === undefined) continue
    for (const mutant of together) {
      const own = together.length === 1 ? errors : await look([mutant])
      if (own !== undefined) found.set(mutant, own)
    }
  }
  return found
}

function oneOfEachFile(mutants: readonly Mutant[]): readonly (readonly Mutant[])[] {
  const rounds: Mutant[][] = []
  for (const mutant of mutants) {
    const free = rounds.find((round) => round.every(({ file }) => file !== mutant.file))
    if (free === undefined) rounds.push([mutant])
    else free.push(mutant)
  }
  return rounds
}
