import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { recordAudit } from '../../db/audit.ts'
import type { TenantTx } from '../../db/database.ts'
import type { IntegrationJson } from '../../db/integrations.ts'
import { listIntegrations } from '../../db/integrations.ts'
import { readOrganization, updateOrganization } from '../../db/organizations.ts'
import { needsPerson } from '../../domain/integration-status.ts'
import { callerOf, viewerOf } from '../auth.ts'
import type { Identity } from '../auth.ts'
import type { RestDeps } from '../deps.ts'
import { ADMINS, EVERYBODY, STAFF } from '../roles.ts'
import { Me, Organization, Problem } from '../schemas.ts'

/** Enough for every integration of an organization as one caller sees them. */
const MANY = 1_000

/** Who calls, and how their organization stands. */
export const organizationRoutes: FastifyPluginAsyncTypebox<RestDeps> = async (
  scope,
  { database },
) => {
  scope.get(
    '/api/me',
    {
      config: { roles: EVERYBODY },
      schema: { tags: ['organization'], response: { 200: Me, '4xx': Problem } },
    },
    (request) => {
      const { userId, organizationId, role, name, seesAll } = callerOf(request)
      return { user_id: userId, organization_id: organizationId, role, name, sees_all: seesAll }
    },
  )

  scope.get(
    '/api/organization',
    {
      config: { roles: STAFF },
      schema: { tags: ['organization'], response: { 200: Organization, '4xx': Problem } },
    },
    async (request) => {
      const caller = callerOf(request)
      return database.withTenant(caller.organizationId, (tx) => standing(tx, caller))
    },
  )

  scope.patch(
    '/api/organization',
    {
      config: { roles: ADMINS },
      schema: {
        tags: ['organization'],
        summary: 'Whether members see only what they own or host, or everything',
        body: Type.Object(
          { visibility: Type.Union([Type.Literal('own'), Type.Literal('shared')]) },
          { additionalProperties: false },
        ),
        response: { 200: Organization, '4xx': Problem },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { visibility } = request.body
      return database.withTenant(caller.organizationId, async (tx) => {
        const { id, visibility: before } = await readOrganization(tx)
        await updateOrganization(tx, { visibility })
        await recordAudit(tx, {
          actorUserId: caller.userId,
          action: 'organization.visibility',
          subject: `organization/${id}`,
          detail: { from: before, to: visibility },
        })
        return standing(tx, caller)
      })
    },
  )
}

async function standing(tx: TenantTx, caller: Identity) {
  const { id, name, visibility } = await readOrganization(tx)
  const { items } = await listIntegrations(tx, viewerOf(caller), { limit: MANY })
  const settings = {
    calendly: standingOf(items, 'calendly'),
    calcom: standingOf(items, 'calcom'),
  }
  return { id, name, visibility, settings }
}

function standingOf(integrations: readonly IntegrationJson[], provider: string) {
  const own = integrations.filter((integration) => integration.provider === provider)
  return {
    connected: own.some(({ status }) => status !== 'disconnected' && status !== 'disconnecting'),
    live: own.some(({ status }) => status === 'live'),
    needs_person: own.some(({ status }) => needsPerson(status)),
  }
}
