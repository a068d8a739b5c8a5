import type { FastifyInstance } from 'fastify'
import { stamp } from '../clock.ts'
import type { Desk } from './bookings.ts'
import type { EventType } from './catalog-rows.ts'
import { findUser } from './context.ts'
import { pathId, readOrder, refuse } from './control-order.ts'
import type { EventTypeChange } from './event-types.ts'
import { eventTypeNews, eventTypeObject, newEventType } from './event-types.ts'

const TRAITS = {
  name: 'text',
  slug: 'text',
  active: 'flag',
  duration: 'number',
  description: 'text',
  secret: 'flag',
} as const

/** Makes, changes and deletes event types, and tells every hook concerned. */
export function registerEventTypeControl(app: FastifyInstance, desk: Desk): void {
  const { calendly, dispatcher } = desk
  const { eventTypes } = calendly.world

  app.post('/event-types', async (request, reply) => {
    const { name, ...optional } = TRAITS
    const given = readOrder(request.body, { required: { user: 'text', name }, optional })
    if (typeof given === 'string') return refuse(reply, given)
    const owner = findUser(calendly, String(given['user']))
    if (owner === undefined) return refuse(reply, 'no such user', 404)
    const { user: _, ...traits } = given
    const type = newEventType(owner, traits as Partial<EventType> & Pick<EventType, 'name'>)
    return reply.code(201).send(keep(type, 'created'))
  })

  app.patch('/event-types/:id', async (request, reply) => {
    const given = readOrder(request.body, { optional: TRAITS })
    if (typeof given === 'string') return refuse(reply, given)
    if (Object.keys(given).length === 0) return refuse(reply, 'there is nothing to change')
    const type = standing(request.params)
    if (type === undefined) return refuse(reply, 'no such event type', 404)
    return reply.send(keep({ ...type, ...given, updatedAt: stamp() }, 'updated'))
  })

  app.delete('/event-types/:id', async (request, reply) => {
    const type = standing(request.params)
    if (type === undefined) return refuse(reply, 'no such event type', 404)
    const now = stamp()
    return reply.send(keep({ ...type, active: false, updatedAt: now, deletedAt: now }, 'deleted'))
  })

  function standing(params: unknown): EventType | undefined {
    const type = eventTypes.get(pathId(params))
    return type?.deletedAt === null ? type : undefined
  }

  function keep(type: EventType, change: EventTypeChange): object {
    eventTypes.put(type)
    dispatcher.announce([eventTypeNews(calendly, type, change)])
    return eventTypeObject(calendly, type)
  }
}
