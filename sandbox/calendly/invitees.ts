import type { FastifyInstance } from 'fastify'
import { isRecord, textOf } from '../json.ts'
import type { Invitee } from './booking-rows.ts'
import type { Desk } from './bookings.ts'
import { book, setNoShow } from './bookings.ts'
import type { Calendly } from './context.ts'
import { idOf, uriOf } from './context.ts'
import { readBooking } from './control-bookings.ts'
import type { Gate } from './gate.ts'
import { inviteeObject, inviteeUri } from './objects.ts'
import { PAGE_PARAMETERS, pageOf, sortRows } from './paging.ts'
import { readParameters } from './parameters.ts'
import { invalidArgument, notFound, permissionDenied } from './problems.ts'
import { viewEvent } from './scheduled-events.ts'

/** Invitees of an event, the Scheduling API, and no-show marks. */
export function registerInvitees(
  app: FastifyInstance,
  { desk, gate }: { desk: Desk; gate: Gate },
): void {
  const { calendly } = desk
  const { world } = calendly
  const mayRead = { onRequest: gate.open('scheduled_events:read') }
  const mayWrite = { onRequest: gate.open('scheduled_events:write') }

  app.get('/scheduled_events/:uuid/invitees', mayRead, async (request) => {
    const optional = ['status', 'email', 'sort', ...PAGE_PARAMETERS]
    const query = readParameters(request.query, { optional })
    const event = viewEvent(calendly, gate.callerOf(request), request.params)
    const email = textOf(query, 'email')?.toLowerCase()
    const rows = event.invitees
      .flatMap((id) => world.invitees.get(id) ?? [])
      .filter((row) => query['status'] === undefined || row.status === query['status'])
      .filter((row) => email === undefined || row.email.toLowerCase() === email)
    return pageOf({
      rows: sortRows(rows, {
        sort: query['sort'],
        field: 'created_at',
        key: (row) => row.createdAt,
      }),
      query,
      url: uriOf(calendly, `scheduled_events/${event.uuid}/invitees`),
      show: (row) => inviteeObject(calendly, row),
    })
  })

  app.get('/scheduled_events/:uuid/invitees/:invitee', mayRead, async (request) => {
    const event = viewEvent(calendly, gate.callerOf(request), request.params)
    const invitee = world.invitees.get((request.params as { invitee: string }).invitee)
    if (invitee?.event !== event.uuid) throw notFound()
    return { resource: inviteeObject(calendly, invitee) }
  })

  app.post('/invitees', mayWrite, async (request, reply) => {
    const given = readParameters(request.body, {
      required: ['event_type', 'start_time', 'invitee'],
      optional: ['location', 'questions_and_answers', 'tracking', 'event_guests'],
      texts: ['event_type', 'start_time'],
    })
    const { user } = gate.callerOf(request)
    if (idOf(textOf(given, 'event_type') ?? '') !== user.eventType) throw notFound()
    const booking = readBooking(calendly, bookingOf(user.uuid, given))
    if (typeof booking === 'string') {
      throw invalidArgument([{ parameter: 'invitee', message: booking }])
    }
    booking.invitee.schedulingMethod = 'api'
    const { invitee } = book(desk, booking)
    return reply.code(201).send({ resource: inviteeObject(calendly, invitee) })
  })

  app.post('/invitee_no_shows', mayWrite, async (request, reply) => {
    const given = readParameters(request.body, { required: ['invitee'], texts: ['invitee'] })
    const invitee = world.invitees.get(idOf(textOf(given, 'invitee') ?? ''))
    if (invitee === undefined) throw notFound()
    viewEvent(calendly, gate.callerOf(request), { uuid: invitee.event })
    if (invitee.status === 'canceled') {
      throw permissionDenied('You do not have permission to access this resource.')
    }
    setNoShow(desk, invitee, true)
    return reply.code(201).send({ resource: noShowObject(calendly, invitee) })
  })

  app.get('/invitee_no_shows/:uuid', mayRead, async (request) => {
    const invitee = invitedBy(request.params)
    viewEvent(calendly, gate.callerOf(request), { uuid: invitee.event })
    return { resource: noShowObject(calendly, invitee) }
  })

  app.delete('/invitee_no_shows/:uuid', mayWrite, async (request, reply) => {
    const invitee = invitedBy(request.params)
    viewEvent(calendly, gate.callerOf(request), { uuid: invitee.event })
    setNoShow(desk, invitee, false)
    return reply.code(204).send()
  })

  function invitedBy(params: unknown): Invitee {
    const mark = world.noShows.get((params as { uuid: string }).uuid)
    const invitee = mark === undefined ? undefined : world.invitees.get(mark.invitee)
    if (invitee === undefined) throw notFound()
    return invitee
  }
}

function bookingOf(user: string, given: Record<string, unknown>) {
  const invitee = isRecord(given['invitee']) ? given['invitee'] : {}
  const { location, questions_and_answers: answers, tracking } = given
  const { kind, ...place } = isRecord(location) ? location : {}
  return {
    user,
    start_time: given['start_time'],
    guests: given['event_guests'],
    // A booking is configured by `kind`, and its event then shows `type`.
    ...(typeof kind === 'string' ? { location: { ...place, type: kind } } : {}),
    invitee: { ...invitee, answers, tracking },
  }
}

function noShowObject(calendly: Calendly, invitee: Invitee) {
  return {
    created_at: invitee.noShow?.created_at ?? '',
    invitee: inviteeUri(calendly, invitee),
    uri: uriOf(calendly, `invitee_no_shows/${invitee.noShow?.uuid ?? ''}`),
  }
}
