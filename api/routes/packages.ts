import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { recordAudit } from '../../db/audit.ts'
import { readClient } from '../../db/clients.ts'
import { listCredits } from '../../db/credit-lists.ts'
import {
  adjustPackage,
  type Adjusted,
  createPackage,
  listPackages,
  packageMadeBy,
  readPackage,
} from '../../db/packages.ts'
import {
  cannotTake,
  CHANGE_IS_ZERO,
  EXPIRED_STAYS,
  EXPIRES_IN_PAST,
} from '../../domain/session-words.ts'
import { callerOf, viewerOf } from '../auth.ts'
import { checkHost } from '../hosts.ts'
import { repeatableName } from '../idempotency.ts'
import { pageOf, pageQueryOf } from '../pages.ts'
import { HttpProblem } from '../problems.ts'
import type { RestDeps } from '../deps.ts'
import { ADMINS, EVERYBODY, STAFF } from '../roles.ts'
import { IdParams, PageOf, PageQuery, Problem } from '../schemas.ts'
import { Adjustment, CreditEntry, OfClientQuery, Package, PackageWish } from '../session-schemas.ts'

/** Prepaid credits: made by colleagues, adjusted by an admin, seen by whose they are. */
export const packageRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (scope, { database }) => {
  const tags = ['packages']

  scope.get(
    '/api/packages',
    {
      config: { roles: EVERYBODY },
      schema: {
        tags,
        querystring: OfClientQuery,
        response: { 200: PageOf(Package), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const query = { ...pageQueryOf(request.query), clientId: request.query.clientId }
      return pageOf(
        await database.withTenant(caller.organizationId, (tx) =>
          listPackages(tx, viewerOf(caller), query),
        ),
      )
    },
  )

  scope.get(
    '/api/packages/:id',
    {
      config: { roles: EVERYBODY },
      schema: { tags, params: IdParams, response: { 200: Package, '4xx': Problem } },
    },
    async (request) => {
      const caller = callerOf(request)
      const found = await database.withTenant(caller.organizationId, (tx) =>
        readPackage(tx, viewerOf(caller), request.params.id),
      )
      return found ?? notYours()
    },
  )

  scope.get(
    '/api/packages/:id/ledger',
    {
      config: { roles: EVERYBODY },
      schema: {
        tags,
        summary: 'Every movement of its credits',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: PageOf(CreditEntry), '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { id: packageId } = request.params
      const query = { ...pageQueryOf(request.query), packageId }
      return database.withTenant(caller.organizationId, async (tx) => {
        const found = await readPackage(tx, viewerOf(caller), packageId)
        if (found === undefined) return notYours()
        return pageOf(await listCredits(tx, query))
      })
    },
  )

  scope.post(
    '/api/packages',
    {
      config: { roles: STAFF },
      schema: { tags, body: PackageWish, response: { 201: Package, '4xx': Problem } },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { expiresAt, ...told } = request.body
      const wish = { ...told, name: repeatableName(request) }
      const actorUserId = caller.userId
      const made = await database.withTenant(caller.organizationId, async (tx) => {
        const earlier = await packageMadeBy(tx, wish)
        if (earlier !== undefined) return readPackage(tx, viewerOf(caller), earlier)
        if (Date.parse(expiresAt) <= Date.now())
          throw new HttpProblem('invalid-input', EXPIRES_IN_PAST)
        const client = await readClient(tx, viewerOf(caller), wish.clientId)
        if (client === undefined)
          throw new HttpProblem('not-found', 'No such client, or not yours.')
        await checkHost(tx, caller, wish.hostUserId)
        const id = await createPackage(tx, { ...wish, expiresAt: new Date(expiresAt), actorUserId })
        const detail = { sessionsTotal: wish.sessionsTotal }
        const subject = `package/${id}`
        await recordAudit(tx, { actorUserId, action: 'package.create', subject, detail })
        return readPackage(tx, viewerOf(caller), id)
      })
      return reply.code(201).send(made ?? notYours())
    },
  )

  scope.post(
    '/api/packages/:id/adjust',
    {
      config: { roles: ADMINS },
      schema: {
        tags,
        summary: 'Give credits, or take them with a number below zero',
        params: IdParams,
        body: Adjustment,
        response: { 200: Package, '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { id: packageId } = request.params
      const { change, reason } = request.body
      const wish = { change, reason, name: repeatableName(request) }
      if (change === 0) throw new HttpProblem('invalid-input', CHANGE_IS_ZERO)
      const actorUserId = caller.userId
      return database.withTenant(caller.organizationId, async (tx) => {
        const adjusted = await adjustPackage(tx, { ...wish, packageId, actorUserId })
        refuse(adjusted, change)
        if (adjusted.kind === 'adjusted')
          await recordAudit(tx, {
            actorUserId,
            action: 'package.adjust',
            subject: `package/${packageId}`,
            detail: { change, reason },
          })
        return (await readPackage(tx, viewerOf(caller), packageId)) ?? notYours()
      })
    },
  )
}

const notYours = (): never => {
  throw new HttpProblem('not-found', 'No such package, or not yours.')
}

function refuse(adjusted: Adjusted, change: number): void {
  if (adjusted.kind === 'unknown') notYours()
  if (adjusted.kind === 'expired') throw new HttpProblem('conflict', EXPIRED_STAYS)
  if (adjusted.kind === 'tooFew')
    throw new HttpProblem('not-enough-credits', cannotTake(-change, adjusted.left))
}
