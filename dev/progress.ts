/** Where a line for the person at the terminal goes. */
export type Log = (line: string) => void

/** Promises the work's result, and a line every ten seconds meanwhile, so that nobody thinks it hangs. */
export async function withProgress<T>(what: string, log: Log, work: () => Promise<T>): Promise<T> {
  const begun = Date.now()
  const seconds = (): number => Math.round((Date.now() - begun) / 1000)
  log(`${what} …`)
  const ticking = setInterval(() => log(`${what} … ${seconds()} s`), 10_000)
  try {
    const result = await work()
    log(`${what}: done in ${seconds()} s`)
    return result
  } finally {
    clearInterval(ticking)
  }
}
