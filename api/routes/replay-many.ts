import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { recordAudit } from '../../db/audit.ts'
import type { TenantTx } from '../../db/database.ts'
import { listKept, readEvents, receiveAllAgain } from '../../db/inbound-events.ts'
import { showIntegration } from '../../db/integrations.ts'
import { ReplayWish, ReplayedMany } from '../admin-schemas.ts'
import { callerOf, type Identity, viewerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import { NO_LONGER_KEPT, previewReplay } from '../replay-preview.ts'
import { REPLAYABLE, REPLAYED_AT_ONCE } from '../replayable.ts'
import type { RestDeps } from '../deps.ts'
import { STAFF } from '../roles.ts'
import { Problem } from '../schemas.ts'

/** Many events handled once more: after a fix, or when records look wrong. */
export const replayManyRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, deps) => {
  const { database } = deps

  scope.post(
    '/api/events/replay',
    {
      config: { roles: STAFF },
      schema: {
        tags: ['events'],
        summary: 'Handle a selection or a window of events again, or tell what would change',
        body: ReplayWish,
        response: { 200: ReplayedMany, 202: ReplayedMany, '4xx': Problem },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { organizationId } = caller
      const { dry_run: isDry = false, ...wish } = request.body
      const chosen = await database.withTenant(organizationId, (tx) => choose(tx, caller, wish))
      const items: Answer[] = []
      if (isDry)
        // Each by itself and short: together they would keep bookings from changing meanwhile.
        for (const { id } of chosen.items)
          items.push({ event_id: id, dry_run: true, ...(await previewReplay(deps, caller, id)) })
      else {
        const again = await database.withTenant(organizationId, (tx) =>
          receiveAndNote(tx, caller, chosen.items),
        )
        // Left to the relay, which takes them in bursts: starting each would hold up what is new.
        for (const event of chosen.items) items.push(answered(event, again.has(event.id)))
      }
      const { next_cursor } = pageOf(chosen)
      return reply.code(isDry ? 200 : 202).send({ dry_run: isDry, items, next_cursor })
    },
  )
}

type Answer = Static<typeof ReplayedMany>['items'][number]
type Wish = Omit<Static<typeof ReplayWish>, 'dry_run'>
type Chosen = Awaited<ReturnType<typeof listKept>>
type Event = Chosen['items'][number]

async function choose(
  tx: TenantTx,
  caller: Identity,
  { event_ids, window }: Wish,
): Promise<Chosen> {
  const viewer = viewerOf(caller)
  if ((event_ids === undefined) === (window === undefined))
    throw new HttpProblem('invalid-input', 'Say either event_ids or window.')
  if (event_ids !== undefined) {
    const items = await readEvents(tx, viewer, event_ids)
    if (items.length < event_ids.length)
      throw new HttpProblem('not-found', 'One of these events is unknown, or not yours.')
    return { items, nextCursor: null }
  }
  const { from, to, integration_id: integrationId, status, cursor } = window ?? NEVER
  if (!(Date.parse(from) < Date.parse(to)))
    throw new HttpProblem('invalid-input', 'The window must begin before it ends.')
  if (integrationId !== undefined && !(await showIntegration(tx, viewer, integrationId)))
    throw new HttpProblem('not-found', 'No such integration, or not yours.')
  return listKept(tx, viewer, {
    from: new Date(from),
    to: new Date(to),
    integrationId,
    statuses: status === undefined ? REPLAYABLE : [status],
    ...pageQueryOf({ limit: REPLAYED_AT_ONCE, ...(cursor !== undefined && { cursor }) }),
  })
}

const NEVER: NonNullable<Wish['window']> = { from: '', to: '' }

async function receiveAndNote(tx: TenantTx, { userId }: Identity, events: readonly Event[]) {
  const eventIds = events.map(({ id }) => id)
  const again = await receiveAllAgain(tx, { eventIds, from: REPLAYABLE })
  for (const { id, status } of events)
    if (again.has(id))
      await recordAudit(tx, {
        actorUserId: userId,
        action: 'event.replay',
        subject: `event/${id}`,
        detail: { from: status },
      })
  return again
}

function answered({ id, status }: Event, isAgain: boolean): Answer {
  const told = { event_id: id, dry_run: false, changes: [] }
  if (isAgain) return { ...told, status: 'received', reason: null }
  const hasEnded = REPLAYABLE.some((one) => one === status)
  return { ...told, status, reason: hasEnded ? NO_LONGER_KEPT : 'It can not be replayed now.' }
}
