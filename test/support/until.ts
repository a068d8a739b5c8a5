import assert from 'node:assert/strict'

/** Promises that a condition has come true; asks again and again, for ten seconds at most. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await isSo()) && Date.now() < end) await new Promise((next) => setTimeout(next, 10))
  assert.ok(await isSo(), 'it did not come true within ten seconds')
}
