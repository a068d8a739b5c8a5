import assert from 'node:assert/strict'
import { callJson } from '../../dev/demo/json-client.ts'
import { integrationStart, integrationWorkflowId, wantedChanged } from '../../workflows/contract.ts'
import { personOf } from '../support/people.ts'
import { type Actions, actionsIn, runsOf } from '../support/run-histories.ts'
import type { Age } from './age.ts'

const ACCOUNT = 'ida@years.test'

/**
 * Promises what a day costs in Temporal where nobody books and nothing is ill, with the intervals
 * of the specification: the mean of so many days.
 */
export async function idleDay(age: Age, days: number): Promise<Actions> {
  const { sandbox } = age.stack.urls
  const json = { email: ACCOUNT, name: 'Ida' }
  await callJson(`${sandbox}/control/calendly/users`, { method: 'POST', json })
  const ida = await personOf(age.stack, { sub: 'ida', org: 'years' })
  const { outcome, integrationId } = await ida.connect(ACCOUNT)
  assert.equal(outcome, 'live')
  const id = integrationId ?? ''
  await age.clocks.pass(1)
  await beginAnew(age, id, (await ida.get<{ organization_id: string }>('/api/me')).organization_id)
  // The first look of an owner, and its first sync, are not idleness.
  await age.clocks.pass(2)
  const from = await age.clocks.now()
  await age.clocks.pass(24 * days)
  const to = await age.clocks.now()
  assert.equal((await ida.integration(id)).status, 'live')
  const total = actionsIn(await runsOf(age.client, integrationWorkflowId(id)), { from, to })
  const aDay = Object.entries(total).map(([name, count]) => [name, Math.round(count / days)])
  return Object.fromEntries(aDay) as Actions
}

/** An owner with no intervals of its own, as the sweeper starts it where none runs. */
async function beginAnew({ client }: Age, integrationId: string, organizationId: string) {
  await client.workflow.getHandle(integrationWorkflowId(integrationId)).terminate('with other eyes')
  await client.workflow.signalWithStart('integration', {
    ...integrationStart({ organizationId, integrationId }, 'calendly'),
    signal: wantedChanged,
  })
}
