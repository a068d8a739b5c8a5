import { proxyLocalActivities } from '@temporalio/workflow'

interface Activities {
  upsert(values: unknown[]): Promise<void>
}

const { upsert } = proxyLocalActivities<Activities>({ startToCloseTimeout: '10 seconds' })

/** One booking becomes prospect and meeting. */
export const bookProspect = (values: unknown[]): Promise<void> => upsert(values)
