/** Prints a measured number below the title of the test that measured it. */
export const tell = (line: string): void => void process.stdout.write(`      ${line}\n`)
