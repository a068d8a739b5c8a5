import type { FastifyInstance } from 'fastify'
import { textOf } from '../json.ts'
import type { Calendly } from './context.ts'
import { findUser, idOf, roleOf, uriOf } from './context.ts'
import type { Gate } from './gate.ts'
import { userObject } from './objects.ts'
import { PAGE_PARAMETERS, pageOf } from './paging.ts'
import { readParameters } from './parameters.ts'
import { invalidArgument, notFound, permissionDenied } from './problems.ts'

/** `GET /users/me`, `/users/{uuid}` and `/organization_memberships`. */
export function registerUsers(
  app: FastifyInstance,
  { calendly, gate }: { calendly: Calendly; gate: Gate },
): void {
  const { world } = calendly
  const mayRead = { onRequest: gate.open('users:read') }

  app.get('/users/me', mayRead, async (request) => ({
    resource: userObject(calendly, gate.callerOf(request).user),
  }))

  app.get('/users/:uuid', mayRead, async (request) => {
    const user = world.users.get((request.params as { uuid: string }).uuid)
    if (user === undefined) throw notFound()
    if (user.organization !== gate.callerOf(request).user.organization) {
      throw permissionDenied('You do not have permission to access this resource.')
    }
    return { resource: userObject(calendly, user) }
  })

  const mayList = { onRequest: gate.open('organizations:read') }
  app.get('/organization_memberships', mayList, async (request) => {
    const optional = ['user', 'organization', 'email', 'role', ...PAGE_PARAMETERS]
    const query = readParameters(request.query, { optional })
    const caller = gate.callerOf(request).user
    const asked = textOf(query, 'user')
    const organization = textOf(query, 'organization')
    if (asked === undefined && organization === undefined) {
      throw invalidArgument([{ parameter: 'organization', message: 'is missing' }])
    }
    const user = asked === undefined ? undefined : findUser(calendly, asked)
    if (asked !== undefined && user?.organization !== caller.organization) {
      throw permissionDenied('This user is not in your organization')
    }
    if (organization !== undefined && idOf(organization) !== caller.organization) {
      throw permissionDenied('You do not have permission to access this resource.')
    }
    const rows = world.users
      .all()
      .filter((row) => row.organization === caller.organization)
      .filter((row) => user === undefined || row.uuid === user.uuid)
      .filter((row) => query['email'] === undefined || row.email === query['email'])
      .filter((row) => query['role'] === undefined || roleOf(calendly, row) === query['role'])
    return pageOf({
      rows,
      query,
      url: uriOf(calendly, 'organization_memberships'),
      show: (row) => ({
        created_at: row.createdAt,
        organization: uriOf(calendly, `organizations/${row.organization}`),
        role: roleOf(calendly, row),
        updated_at: row.updatedAt,
        uri: uriOf(calendly, `organization_memberships/${row.membership}`),
        user: userObject(calendly, row),
      }),
    })
  })
}
