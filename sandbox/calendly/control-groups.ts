import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { textOf } from '../json.ts'
import type { Group } from './catalog-rows.ts'
import type { Calendly } from './context.ts'
import { findUser, uriOf } from './context.ts'
import { pathId, readOrder, refuse } from './control-order.ts'
import { findOrganization } from './people.ts'

/** Makes, changes and deletes groups of an organization. */
export function registerGroupControl(app: FastifyInstance, calendly: Calendly): void {
  const { groups } = calendly.world

  app.get('/groups', async () => ({ groups: groups.all().map(show) }))

  app.post('/groups', async (request, reply) => {
    const given = readOrder(request.body, {
      required: { organization: 'text', name: 'text', members: 'texts' },
      optional: { admins: 'texts' },
    })
    if (typeof given === 'string') return refuse(reply, given)
    const organization = findOrganization(calendly, String(given['organization']))
    if (organization === undefined) return refuse(reply, 'no such organization', 404)
    const group: Group = {
      uuid: randomUUID(),
      name: String(given['name']),
      organization: organization.uuid,
      members: [],
      admins: [],
    }
    const complaint = fill(calendly, group, given)
    if (complaint !== undefined) return refuse(reply, complaint)
    groups.put(group)
    return reply.code(201).send(show(group))
  })

  app.patch('/groups/:id', async (request, reply) => {
    const optional = { name: 'text', members: 'texts', admins: 'texts' } as const
    const given = readOrder(request.body, { optional })
    if (typeof given === 'string') return refuse(reply, given)
    const known = groups.get(pathId(request.params))
    if (known === undefined) return refuse(reply, 'no such group', 404)
    const group = { ...known, name: textOf(given, 'name') ?? known.name }
    const complaint = fill(calendly, group, given)
    if (complaint !== undefined) return refuse(reply, complaint)
    groups.put(group)
    return reply.send(show(group))
  })

  app.delete('/groups/:id', async (request, reply) => {
    const id = pathId(request.params)
    if (groups.get(id) === undefined) return refuse(reply, 'no such group', 404)
    groups.remove(id)
    return reply.code(204).send()
  })

  function show({ uuid, name, organization, members, admins }: Group) {
    const addresses = (users: string[]) => users.map((user) => uriOf(calendly, `users/${user}`))
    return {
      uri: uriOf(calendly, `groups/${uuid}`),
      name,
      organization: uriOf(calendly, `organizations/${organization}`),
      members: addresses(members),
      admins: addresses(admins),
    }
  }
}

/** Sets the people a group is given; answers what is wrong with them. */
function fill(calendly: Calendly, group: Group, given: Record<string, unknown>) {
  for (const part of ['members', 'admins'] as const) {
    const names = given[part] as string[] | undefined
    if (names === undefined) continue
    const users = names.map((name) => findUser(calendly, name))
    const isOfOrganization = users.every((user) => user?.organization === group.organization)
    if (!isOfOrganization) return `${part} must be users of the organization`
    group[part] = users.flatMap((user) => user?.uuid ?? [])
  }
  const isMember = (user: string) => group.members.includes(user)
  return group.admins.every(isMember) ? undefined : 'admins must be members'
}
