/** Together with a commit it must stay below the two seconds after which a caller is told 503. */
const SOON_MS = 1_500

/** The same promise, given up after a moment: a database that hangs must not hold a delivery. */
export async function soon<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the database does not answer in time')), SOON_MS)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
