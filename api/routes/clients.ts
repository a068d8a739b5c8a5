import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordAudit } from '../../db/audit.ts'
import {
  createClient,
  isClientOf,
  listClients,
  readClient,
  updateClient,
} from '../../db/clients.ts'
import { readUser } from '../../db/organizations.ts'
import type { TenantTx } from '../../db/tenant.ts'
import { isTimezone } from '../../domain/recurrence.ts'
import {
  EMAIL_TAKEN,
  NOT_A_CLIENT_USER,
  UNKNOWN_TIMEZONE,
  USER_TAKEN,
} from '../../domain/session-words.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { EVERYBODY, STAFF } from '../roles.ts'
import { IdParams, PageOf, Problem } from '../schemas.ts'
import { Client, ClientChange, ClientQuery, ClientWish } from '../session-schemas.ts'

/** People who can hold packages; a client sees itself. */
export const clientRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  const tags = ['clients']

  scope.get(
    '/api/clients',
    {
      config: { roles: EVERYBODY },
      schema: {
        tags,
        querystring: ClientQuery,
        response: { 200: PageOf(Client), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const query = { ...pageQueryOf(request.query), q: request.query.q }
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listClients(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.get(
    '/api/clients/:id',
    {
      config: { roles: EVERYBODY },
      schema: { tags, params: IdParams, response: { 200: Client, '4xx': Problem } },
    },
    async (request) => {
      const caller = callerOf(request)
      const found = await database.withTenant(caller.organizationId, (tx) =>
        readClient(tx, viewerOf(caller), request.params.id),
      )
      if (found === undefined) throw new HttpProblem('not-found', NOT_YOURS)
      return found
    },
  )

  scope.post(
    '/api/clients',
    {
      config: { roles: STAFF },
      schema: { tags, body: ClientWish, response: { 201: Client, '4xx': Problem } },
    },
    async (request, reply) => {
      const { organizationId, userId: ownerUserId } = callerOf(request)
      const { email, name = null, timezone = null, userId = null } = request.body
      const made = await database.withTenant(organizationId, async (tx) => {
        await check(tx, { timezone, userId, id: null })
        const client = await createClient(tx, { email, name, timezone, userId, ownerUserId })
        if (client === 'taken') throw new HttpProblem('conflict', EMAIL_TAKEN)
        const subject = `client/${client.id}`
        await recordAudit(tx, { actorUserId: ownerUserId, action: 'client.create', subject })
        return client
      })
      return reply.code(201).send(made)
    },
  )

  scope.patch(
    '/api/clients/:id',
    {
      config: { roles: STAFF },
      schema: {
        tags,
        params: IdParams,
        body: ClientChange,
        response: { 200: Client, '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { id } = request.params
      const { name, timezone, userId } = request.body
      return database.withTenant(caller.organizationId, async (tx) => {
        const seen = await readClient(tx, viewerOf(caller), id)
        if (seen === undefined) throw new HttpProblem('not-found', NOT_YOURS)
        await check(tx, { timezone, userId, id })
        const changed = await updateClient(tx, id, { name, timezone, userId })
        if (changed === undefined) throw new HttpProblem('not-found', NOT_YOURS)
        const actorUserId = caller.userId
        await recordAudit(tx, { actorUserId, action: 'client.change', subject: `client/${id}` })
        return changed
      })
    },
  )
}

const NOT_YOURS = 'No such client, or not yours.'

interface Told {
  readonly timezone?: string | null | undefined
  readonly userId?: string | null | undefined
  readonly id: string | null
}

async function check(tx: TenantTx, { timezone, userId, id }: Told): Promise<void> {
  if (typeof timezone === 'string' && !isTimezone(timezone))
    throw new HttpProblem('invalid-input', UNKNOWN_TIMEZONE)
  if (typeof userId !== 'string') return
  const user = await readUser(tx, userId)
  if (user?.role !== 'client') throw new HttpProblem('invalid-input', NOT_A_CLIENT_USER)
  if (await isClientOf(tx, userId, id)) throw new HttpProblem('conflict', USER_TAKEN)
}
