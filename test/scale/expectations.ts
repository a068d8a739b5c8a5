import assert from 'node:assert/strict'
import type { Voyage } from './voyage.ts'

/** Of each owner the worker holds a sandboxed workflow; a heap that leaks holds far more. */
const MOST_KIB = 2_048

/** Asserts that nobody was lost, nothing stormed, and every booking arrived. */
export function sailRightly(voyage: Voyage, count: number): void {
  assert.equal(voyage.count, count)
  assert.equal(voyage.hooks, count, `${voyage.hooks} active hooks`)
  assert.equal(voyage.refused429, 0, `${voyage.refused429} calls were refused with 429`)
  assert.deepEqual([voyage.arrived, voyage.booked], [100, 100])
  assert.ok(voyage.kibPerIntegration < MOST_KIB, `${voyage.kibPerIntegration} KiB each`)
  // A look asks twice, in both scopes. Whoever was overdue looks once, and again when an interval
  // has passed: more would be a storm.
  const rounds = 1 + voyage.caughtUpAfterMs / (voyage.intervalMs * 0.9)
  assert.ok(
    voyage.looksPerIntegration <= 2 * rounds + 1,
    `${voyage.looksPerIntegration} calls each`,
  )
  // A timer, a look at the row, one at the hook, what was seen; and a sixth of a sync. Fewer where
  // the machine is too busy for so short an interval.
  assert.ok(voyage.actionsPerInterval > 1, `${voyage.actionsPerInterval} actions`)
  assert.ok(voyage.actionsPerInterval <= 8, `${voyage.actionsPerInterval} actions`)
}
