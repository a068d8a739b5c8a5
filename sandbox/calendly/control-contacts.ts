import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { stamp } from '../clock.ts'
import type { Desk } from './bookings.ts'
import type { Contact } from './catalog-rows.ts'
import type { ContactChange } from './contacts.ts'
import { contactNews, contactObject } from './contacts.ts'
import { findUser } from './context.ts'
import { pathId, readOrder, refuse } from './control-order.ts'

const TRAITS = { email: 'text', name: 'text' } as const

/** Makes, changes and deletes contacts of somebody; bookings make and change none. */
export function registerContactControl(app: FastifyInstance, desk: Desk): void {
  const { calendly, dispatcher } = desk
  const { contacts } = calendly.world

  app.post('/contacts', async (request, reply) => {
    const given = readOrder(request.body, { required: { user: 'text', ...TRAITS } })
    if (typeof given === 'string') return refuse(reply, given)
    const owner = findUser(calendly, String(given['user']))
    if (owner === undefined) return refuse(reply, 'no such user', 404)
    const now = stamp()
    const contact: Contact = {
      uuid: randomUUID(),
      user: owner.uuid,
      email: String(given['email']),
      name: String(given['name']),
      createdAt: now,
      updatedAt: now,
    }
    contacts.put(contact)
    return reply.code(201).send(tell(contact, 'created'))
  })

  app.patch('/contacts/:id', async (request, reply) => {
    const given = readOrder(request.body, { optional: TRAITS })
    if (typeof given === 'string') return refuse(reply, given)
    if (Object.keys(given).length === 0) return refuse(reply, 'there is nothing to change')
    const contact = contacts.get(pathId(request.params))
    if (contact === undefined) return refuse(reply, 'no such contact', 404)
    const changed = { ...contact, ...given, updatedAt: stamp() }
    contacts.put(changed)
    return reply.send(tell(changed, 'updated'))
  })

  app.delete('/contacts/:id', async (request, reply) => {
    const contact = contacts.get(pathId(request.params))
    if (contact === undefined) return refuse(reply, 'no such contact', 404)
    contacts.remove(contact.uuid)
    return reply.send(tell({ ...contact, updatedAt: stamp() }, 'deleted'))
  })

  function tell(contact: Contact, change: ContactChange): object {
    dispatcher.announce([contactNews(calendly, contact, change)])
    return contactObject(calendly, contact)
  }
}
