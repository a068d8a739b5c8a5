/** A test that a mutant must make fail: its file, and its own title as mocha reports it. */
export interface NamedTest {
  readonly file: string
  readonly title: string
}

/** One deliberate mistake in one file, and the test that must notice it. */
export interface Mutant {
  /** What the program does once the mistake is in it. */
  readonly name: string
  readonly file: string
  /** Must stand in the file exactly once. */
  readonly from: string
  readonly to: string
  readonly test: NamedTest
}

/** The text of a file with the mistake in it; throws where it has no certain place any more. */
export function mutated(text: string, { name, file, from, to }: Mutant): string {
  const found = text.split(from).length - 1
  if (found !== 1)
    throw new Error(
      `"${name}": its text stands ${found} times in ${file}, and must stand there once`,
    )
  if (from === to) throw new Error(`"${name}" changes nothing in ${file}`)
  // As a function: a dollar sign in the replacement means nothing but itself.
  return text.replace(from, () => to)
}
