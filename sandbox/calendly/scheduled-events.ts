import type { FastifyInstance } from 'fastify'
import { textOf } from '../json.ts'
import type { ScheduledEvent } from './booking-rows.ts'
import type { Desk } from './bookings.ts'
import { cancelEvent } from './bookings.ts'
import type { Calendly } from './context.ts'
import { roleOf, uriOf } from './context.ts'
import { eventsInReach } from './event-reach.ts'
import type { Caller, Gate } from './gate.ts'
import { eventObject } from './objects.ts'
import { PAGE_PARAMETERS, pageOf, sortRows } from './paging.ts'
import { readParameters } from './parameters.ts'
import { invalidArgument, notFound, permissionDenied } from './problems.ts'

/** List and get of scheduled events, and the cancellation of a whole one. */
export function registerScheduledEvents(
  app: FastifyInstance,
  { desk, gate }: { desk: Desk; gate: Gate },
): void {
  const { calendly } = desk
  const mayRead = { onRequest: gate.open('scheduled_events:read') }
  const mayWrite = { onRequest: gate.open('scheduled_events:write') }

  app.get('/scheduled_events', mayRead, async (request) => {
    const query = readParameters(request.query, {
      optional: [
        'user',
        'organization',
        'group',
        'invitee_email',
        'status',
        'min_start_time',
        'max_start_time',
        'sort',
        ...PAGE_PARAMETERS,
      ],
    })
    const rows = filterEvents(
      calendly,
      eventsInReach(calendly, gate.callerOf(request), query),
      query,
    )
    return pageOf({
      rows: sortRows(rows, { sort: query['sort'], field: 'start_time', key: (row) => row.start }),
      query,
      url: uriOf(calendly, 'scheduled_events'),
      show: (row) => eventObject(calendly, row),
    })
  })

  app.get('/scheduled_events/:uuid', mayRead, async (request) => ({
    resource: eventObject(calendly, viewEvent(calendly, gate.callerOf(request), request.params)),
  }))

  app.post('/scheduled_events/:uuid/cancellation', mayWrite, async (request, reply) => {
    const given = readParameters(request.body, { optional: ['reason'], texts: ['reason'] })
    const reason = textOf(given, 'reason') ?? null
    if ((reason?.length ?? 0) > 10_000) {
      throw invalidArgument([{ parameter: 'reason', message: 'is too long' }])
    }
    const caller = gate.callerOf(request)
    const event = findEvent(calendly, request.params)
    if (!mayView(calendly, caller, event)) {
      throw permissionDenied('You are not allowed to cancel this event')
    }
    if (event.status === 'canceled') throw permissionDenied('Event is already canceled')
    if (event.start < Date.now()) throw permissionDenied('Event in the past')
    const resource = cancelEvent(desk, { event, reason, by: caller.user.name })
    return reply.code(201).send({ resource })
  })
}

/** The event of a path, if the caller hosts it or administers its organization. */
export function viewEvent(calendly: Calendly, caller: Caller, params: unknown): ScheduledEvent {
  const event = findEvent(calendly, params)
  if (mayView(calendly, caller, event)) return event
  throw permissionDenied('You are not allowed to view this event')
}

function findEvent({ world }: Calendly, params: unknown): ScheduledEvent {
  const event = world.events.get((params as { uuid: string }).uuid)
  if (event === undefined) throw notFound()
  return event
}

function mayView(calendly: Calendly, { user }: Caller, event: ScheduledEvent): boolean {
  if (event.hosts.includes(user.uuid)) return true
  return event.organization === user.organization && roleOf(calendly, user) !== 'user'
}

function filterEvents(
  { world }: Calendly,
  rows: ScheduledEvent[],
  query: Record<string, unknown>,
): ScheduledEvent[] {
  const email = textOf(query, 'invitee_email')?.toLowerCase()
  const from = readTime(query, 'min_start_time') ?? -Infinity
  const to = readTime(query, 'max_start_time') ?? Infinity
  const { status } = query
  if (status !== undefined && status !== 'active' && status !== 'canceled') {
    throw invalidArgument([{ parameter: 'status', message: 'is not included in the list' }])
  }
  const isInvited = (id: string) => world.invitees.get(id)?.email.toLowerCase() === email
  return rows
    .filter((event) => event.start >= from && event.start <= to)
    .filter((event) => status === undefined || event.status === status)
    .filter((event) => email === undefined || event.invitees.some(isInvited))
}

function readTime(query: Record<string, unknown>, parameter: string): number | undefined {
  const text = textOf(query, parameter)
  if (text === undefined) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw invalidArgument([{ parameter, message: 'is invalid' }])
  return time
}
