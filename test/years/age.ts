import { join } from 'node:path'
import { Client } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { type Stack, startStack } from '../../dev/stack.ts'
import { endWithUs } from '../support/end-with-us.ts'
import { timeSkippingEnv } from '../support/temporal.ts'
import { type BothClocks, createBothClocks } from './both-clocks.ts'

/** The real processes and PostgreSQL around a server that skips time, and the clocks. */
export interface Age {
  readonly stack: Stack
  readonly clocks: BothClocks
  /** Skips no time by waiting. */
  readonly client: Client
  readonly end: () => Promise<void>
}

/** Days of a life take seconds when the owner looks twice a day. */
const TWICE_A_DAY = String(12 * 3_600)

/** Promises api, worker, sandbox and PostgreSQL as processes, whose Temporal skips time. */
export async function beginAge(): Promise<Age> {
  const env: TestWorkflowEnvironment = await timeSkippingEnv()
  try {
    const stack = endWithUs(
      await startStack({
        env: {
          TEMPORAL_ADDRESS: env.address,
          TEMPORAL_NAMESPACE: 'default',
          TEMPORAL_CONFIG_FILE: join(import.meta.dirname, 'no-profile.toml'),
          RECONCILE_SECONDS: TWICE_A_DAY,
          SYNC_SECONDS: TWICE_A_DAY,
          LOG_LEVEL: 'error',
        },
      }),
    )
    return {
      stack,
      clocks: createBothClocks(env, stack.urls.sandbox),
      client: new Client({ connection: env.connection }),
      end: async () => {
        await stack.stop()
        await env.teardown()
      },
    }
  } catch (error) {
    await env.teardown()
    throw error
  }
}
