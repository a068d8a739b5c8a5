import { MockActivityEnvironment } from '@temporalio/testing'
import type { EventRow } from '../../activities/event-end.ts'
import type { Activities } from '../../activities/index.ts'
import { createGeneration, markListed } from '../../db/subscriptions.ts'
import { calendlyWebhook } from '../../providers/calendly/client.ts'
import type { World } from '../db/world.ts'
import { API_URL, type Stage } from './connected.ts'

/** The inbox of one stage, filled as the ingress fills it. */
export interface Inbox {
  /** Stores verified bodies; answers the ids of the rows, in their order. */
  deliver(...bodies: readonly (object | string)[]): Promise<string[]>
  /** The workflow's side: one event, or a burst. */
  apply(eventId: string, applyEvent?: Activities['applyEvent']): Promise<string>
  burst(
    eventIds: readonly string[],
    applyBurst?: Activities['applyBurst'],
  ): Promise<{ processed: number; handedOver: number }>
  /** A burst over any organizations. */
  burstOf(events: readonly EventRow[]): Promise<{ processed: number; handedOver: number }>
  statusOf(eventId: string): Promise<{ status: string; reason: string | null; workflow_id: string }>
}

const WORKFLOW = { workflowExecution: { workflowId: 'event:of-a-test', runId: 'run' } }

const environment = (): MockActivityEnvironment => new MockActivityEnvironment(WORKFLOW)

/** Promises an endpoint of the stage's integration that takes deliveries. */
export async function openInbox(world: World, stage: Stage): Promise<Inbox> {
  const { organizationId, integrationId, now } = stage.job()
  const endpoint = await world.database.withTenant(organizationId, async (tx) => {
    const account = { userUri: 'user:1', organizationUri: 'organization:1' }
    const wish = { integrationId, baseUrl: API_URL, account, scope: 'user', now } as const
    const { generation, endpoint: made } = await createGeneration(tx, wish)
    const listed = { integrationId, generation, remoteUri: 'hook:1', retryStartedAt: null, now }
    await markListed(tx, listed)
    return made
  })

  return {
    deliver: async (...bodies) => {
      const deliveries = bodies.map((told) => {
        const body = Buffer.from(typeof told === 'string' ? told : JSON.stringify(told))
        const { kind, dedupeKey, digest } = calendlyWebhook.read(body)
        return { endpoint, kind, dedupeKey, body, bodyHash: Buffer.from(digest), headers: {} }
      })
      const answers = await world.ingress.acceptEvents(deliveries)
      return answers.map((answer) => ('eventId' in answer ? answer.eventId : answer.outcome))
    },
    apply: (eventId, applyEvent = stage.activities.applyEvent) =>
      environment().run(applyEvent, { organizationId, eventId }),
    burst: (eventIds, applyBurst = stage.activities.applyBurst) =>
      environment().run(applyBurst, {
        events: eventIds.map((eventId) => ({ organizationId, eventId })),
      }),
    burstOf: (events) => environment().run(stage.activities.applyBurst, { events }),
    statusOf: async (eventId) => {
      const { rows } = await world.owner.query(
        'select status, reason, workflow_id from inbound_event where id = $1',
        [eventId],
      )
      return rows[0]
    },
  }
}
