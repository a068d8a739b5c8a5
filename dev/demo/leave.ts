import type { Setting } from './setting.ts'

/** Promises that no account the run connected goes on being looked after; what was booked stays. */
export async function leave({ accounts }: Setting): Promise<void> {
  await Promise.allSettled(
    accounts.map(({ rest, integrationId }) => rest.operate(integrationId, 'disconnect')),
  )
}
