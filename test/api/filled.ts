import { MockActivityEnvironment } from '@temporalio/testing'
import { createActivities } from '../../activities/index.ts'
import { park } from '../../db/parked.ts'
import { calcomWebhook } from '../../providers/calcom/client.ts'
import { calendlyWebhook } from '../../providers/calendly/client.ts'
import { bytes } from '../support/calendly-payloads.ts'
import { freshBody } from './ingress/door.ts'
import { aTenant, API_URL, tokenOf } from './harness.ts'
import type { Tenant, TestApi } from './harness.ts'

/** An organization with one of everything, and its admin. */
export interface Filled extends Tenant {
  readonly admin: string
  readonly adminUserId: string
  readonly eventId: string
  readonly unreadableId: string
  readonly prospectId: string
  readonly meetingId: string
}

/** Promises an organization that has a booking, an unreadable delivery, and its admin. */
export async function aFilledTenant(api: TestApi, name: string): Promise<Filled> {
  const tenant = await aTenant(api, { userUri: `user:${name}`, organization: name, subject: name })
  const person = { organization: name, subject: `admin of ${name}`, role: 'admin' } as const
  const found = await api.database.directory.resolveIdentity(person)
  if (found === 'otherOrganization') throw new Error('the subject is taken')
  const eventId = await keep(api, tenant, freshBody())
  const unreadableId = await keep(api, tenant, bytes('{"event":'))
  await applyStored(api, tenant, eventId)
  await applyStored(api, tenant, unreadableId)
  const idIn = async (table: 'prospect' | 'meeting'): Promise<string> => {
    const { rows } = await api.owner.query<{ id: string }>(
      `select id from ${table} where organization_id = $1`,
      [tenant.organizationId],
    )
    return rows[0]?.id ?? ''
  }
  return {
    ...tenant,
    admin: await tokenOf(person),
    adminUserId: found.userId,
    eventId,
    unreadableId,
    prospectId: await idIn('prospect'),
    meetingId: await idIn('meeting'),
  }
}

/** Stores a delivery as the ingress does; answers its id. */
export async function keep(
  { ingressStore }: TestApi,
  { endpoint }: Tenant,
  body: Buffer,
): Promise<string> {
  const { kind, dedupeKey, digest } = calendlyWebhook.read(body)
  const [answer] = await ingressStore.acceptEvents([
    { endpoint, kind, dedupeKey, body, bodyHash: Buffer.from(digest), headers: {} },
  ])
  return answer !== undefined && 'eventId' in answer ? answer.eventId : ''
}

/** The workflow's side: the real effect of a stored event. */
export function applyStored(
  { database }: TestApi,
  { organizationId }: Pick<Tenant, 'organizationId'>,
  eventId: string,
): Promise<string> {
  const { applyEvent } = createActivities({
    database,
    providers: {
      calendly: { webhook: calendlyWebhook } as never,
      calcom: { webhook: calcomWebhook } as never,
    },
    apiUrl: API_URL,
    nudgeOwner: async () => {},
    log: { info: () => {}, warn: () => {} },
  })
  const workflowExecution = { workflowId: `event:${eventId}`, runId: 'run' }
  return new MockActivityEnvironment({ workflowExecution }).run(applyEvent, {
    organizationId,
    eventId,
  })
}

/** Sets an event aside; answers the id of the item that waits. */
export async function parkStored(
  api: TestApi,
  { organizationId }: Pick<Tenant, 'organizationId'>,
  eventId: string,
): Promise<string> {
  await api.database.withTenant(organizationId, (tx) =>
    park(tx, { eventId, reason: 'a fact is missing', waitsFor: `fact:${eventId}` }),
  )
  const { rows } = await api.owner.query<{ id: string }>(
    'select id from parked_item where event_id = $1 and resolved_at is null',
    [eventId],
  )
  return rows[0]?.id ?? ''
}
