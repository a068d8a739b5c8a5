import { createCredentialActivities } from './credentials.ts'
import type { ActivityDeps } from './deps.ts'
import { createEventActivities } from './events.ts'
import { createHookRemovalActivities } from './hook-removal.ts'
import { createHookTaskActivities } from './hook-tasks.ts'
import { createHookActivities } from './hooks.ts'
import { createOperationActivities } from './operations.ts'
import { createOwnershipActivities } from './ownership.ts'
import { createRefreshActivities } from './refreshing.ts'
import { createSessionActivities } from './sessions.ts'
import { createRereadActivities } from './rereading.ts'
import { createSyncActivities } from './sync.ts'

/** Every effect a workflow may ask for, closed over what it needs. */
export function createActivities(deps: ActivityDeps) {
  return {
    ...createOperationActivities(deps),
    ...createOwnershipActivities(deps),
    ...createCredentialActivities(deps),
    ...createRefreshActivities(deps),
    ...createHookActivities(deps),
    ...createHookRemovalActivities(deps),
    ...createHookTaskActivities(deps),
    ...createSyncActivities(deps),
    ...createEventActivities(deps),
    ...createRereadActivities(deps),
    ...createSessionActivities(deps),
  }
}

/** The activities as the workflows see them: types only. */
export type Activities = ReturnType<typeof createActivities>
