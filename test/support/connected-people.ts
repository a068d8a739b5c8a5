import assert from 'node:assert/strict'
import type { World } from '../db/world.ts'
import { setStage, type Stage, type StageOptions } from './connected.ts'
import { tokensOf } from './sandbox-looks.ts'

/** Promises a stage on which these people connected one after another, each with a hook seen listed. */
export async function connectPeople(
  world: World,
  people: readonly string[],
  options?: StageOptions,
): Promise<Stage> {
  const stage = await setStage(world, { patienceMs: 2_000, ...options })
  for (const email of people) {
    await stage.connect({ email })
    await stage.activities.reconcileHook(stage.job())
    await stage.activities.reconcileHook(stage.job())
  }
  return stage
}

/** The people whose hooks the sandbox holds. */
export const hookOwners = async ({ visitor }: Stage): Promise<string[]> =>
  (await visitor.hooks()).map(({ user_email }) => user_email)

/** Fails when the sandbox holds a live token or a hook of this person. */
export async function assertNothingLeft(stage: Stage, email: string): Promise<void> {
  const { live_access, live_refresh } = await tokensOf(stage.visitor, email)
  assert.deepEqual([email, live_access, live_refresh], [email, 0, 0])
  assert.ok(!(await hookOwners(stage)).includes(email))
}
