/** After so many failures and no success it is not a row that is ill, but what all of them need. */
const BELIEVED = 3

/**
 * Does the work for one row after the other; one that can't be done holds up none behind it. Fails
 * with the last failure where nothing could be done; answers how many were done.
 */
export async function eachAlone<Row>(
  rows: readonly Row[],
  work: (row: Row) => Promise<unknown>,
): Promise<number> {
  let done = 0
  const failures: unknown[] = []
  for (const row of rows) {
    try {
      await work(row)
      done += 1
    } catch (error) {
      failures.push(error)
      if (done === 0 && failures.length === BELIEVED) break
    }
  }
  if (done === 0 && failures.length > 0) throw failures.at(-1)
  return done
}
