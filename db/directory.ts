import type pg from 'pg'
import { codeOf, named } from './errors.ts'
import { newId } from './ids.ts'
import type { Role } from './schema.ts'
import type { IntegrationStatus, Wanted } from '../domain/integration-status.ts'
import type { StartKind } from '../domain/operation.ts'
import type { ProviderName } from '../domain/provider-name.ts'

/** What must be found before the tenant is known. Answers ids and statuses, nothing else. */
export interface Directory {
  /** Finds or makes the organization and person of a token; never moves a person. */
  readonly resolveIdentity: (claims: Claims) => Promise<Identity | 'otherOrganization'>
  readonly apiKeyByHash: (
    hash: Buffer,
  ) => Promise<{ organizationId: string; apiKeyId: string } | undefined>
  readonly operationByState: (hash: Buffer) => Promise<OperationRef | undefined>
  readonly operationByTicket: (hash: Buffer) => Promise<OperationRef | undefined>
  /** Operations and series that could run for two seconds and that nobody started. */
  readonly unstartedOperations: (limit: number) => Promise<UnstartedOperation[]>
  /** Takes events started this long ago and still not done; each is started anew by that. */
  readonly unfinishedEvents: (q: { startedForMs: number; limit: number }) => Promise<EventRef[]>
  /** Takes events that nobody started, oldest first; each goes to one caller. */
  readonly claimBacklog: (limit: number) => Promise<EventRef[]>
  /** Whether something came within this time that nobody has taken yet. */
  readonly isPouringIn: (withinMs: number) => Promise<boolean>
  readonly integrationsToWatch: (
    afterId: string | null,
    limit: number,
  ) => Promise<WatchedIntegration[]>
  readonly parkedToRetry: (q: {
    olderThanMs: number
    limit: number
  }) => Promise<(EventRef & { parkedId: string })[]>
  /** Lets events go that are held though their integration is resumed; answers how many. */
  readonly releaseStrays: (limit: number) => Promise<number>
  /** Packages whose date has come and whose credits have not expired yet. */
  readonly packagesToExpire: (limit: number) => Promise<PackageRef[]>
  /** The newest outbox number of each organization. */
  readonly outboxHeads: (organizationIds: readonly string[]) => Promise<OutboxHead[]>
  /** Removes some of what need not be kept any longer; answers how much, 0 when all is done. */
  readonly purgeExpired: (limit: number) => Promise<number>
  /** Forgets some operations, gaps, debts and counts that ended long ago; answers how many. */
  readonly purgeEnded: (limit: number) => Promise<number>
  /** Forgets old syncs and endpoints of a page of integrations, a few of each; nobody's newest. */
  readonly purgeOldOfIntegrations: (
    afterId: string | null,
    limits: { integrations: number; each: number },
  ) => Promise<PurgedPage>
  /** Those of these integrations that there are, and whether their owner is needed no more. */
  readonly integrationsOwned: (ids: readonly string[]) => Promise<OwnedIntegration[]>
  /** Destroys keys of endpoints that ended 48 hours ago; answers how many. */
  readonly purgeKeys: (limit: number) => Promise<number>
  /** Integrations whose hook calls us under another public URL than this one. */
  readonly integrationsElsewhere: (
    baseUrl: string,
    afterId: string | null,
    limit: number,
  ) => Promise<IntegrationRef[]>
  /** Forgets what was asked of hooks an hour ago; answers how much. */
  readonly purgeHookTasks: (limit: number) => Promise<number>
  /** Connected integrations whose live hook got three deliveries in a row that can't be verified. */
  readonly hooksInDoubt: (limit: number) => Promise<DoubtedHook[]>
  /** Refused requests of every tenant and none, by reason, since a day. */
  readonly rejectionCounts: (since: Date) => Promise<RejectionCount[]>
}

interface Claims {
  readonly organization: string
  readonly subject: string
  readonly role: Role
  readonly name?: string | undefined
}

/** An organization and a member of it. */
export interface Identity {
  readonly organizationId: string
  readonly userId: string
}

/** An operation, wherever it is. */
export interface OperationRef {
  readonly organizationId: string
  readonly operationId: string
}

/** An operation that waits to be started. */
export interface UnstartedOperation extends OperationRef {
  readonly kind: StartKind
}

/** An inbound event, wherever it is. */
export interface EventRef {
  readonly organizationId: string
  readonly eventId: string
}

/** A package, wherever it is. */
export interface PackageRef {
  readonly organizationId: string
  readonly packageId: string
}

/** What the sweeper must know of an integration. */
export interface WatchedIntegration {
  readonly organizationId: string
  readonly integrationId: string
  readonly provider: ProviderName
  readonly wanted: Wanted
  readonly status: IntegrationStatus
  readonly wantedRevision: number
  readonly observedRevision: number
  /** When its owner last looked at the provider; null where it never did. */
  readonly checkedAt: Date | null
  readonly openDebts: number
}

/** An integration, as the owners that run are compared with. */
export interface OwnedIntegration {
  readonly organizationId: string
  readonly integrationId: string
  readonly isOver: boolean
}

/** An integration whose owner should look at its hook. */
export type DoubtedHook = Pick<WatchedIntegration, 'organizationId' | 'integrationId' | 'provider'>

/** An integration, wherever it is. */
interface IntegrationRef {
  readonly organizationId: string
  readonly integrationId: string
  readonly provider: ProviderName
}

interface OutboxHead {
  readonly organizationId: string
  readonly seq: number
}

interface RejectionCount {
  readonly provider: string
  readonly endpointKnown: boolean
  readonly reason: string
  readonly count: number
}

/** How far a round of forgetting has come; `lastId` is null after the last integration. */
interface PurgedPage {
  readonly lastId: string | null
  readonly removed: number
}

/** The person of the token is known in another organization; raised inside resolve_identity. */
const ELSEWHERE = 'RZ001'

/** The look-ups across tenants, on the pool of the app's role. */
export function createDirectory(pool: pg.Pool): Directory {
  async function ask<T>(call: string, values: readonly unknown[] = []): Promise<T[]> {
    try {
      const { rows } = await pool.query(`select * from ${call}`, [...values])
      return rows.map((row: Record<string, unknown>) => inCamelCase(row) as T)
    } catch (error) {
      throw named(error)
    }
  }
  const one = async <T>(call: string, value: Buffer): Promise<T | undefined> =>
    (await ask<T>(call, [value]))[0]

  return {
    resolveIdentity: async ({ organization, subject, role, name }) => {
      try {
        const [row] = await ask<Identity & { isElsewhere: boolean }>(
          'resolve_identity($1, $2, $3, $4, $5, $6)',
          [organization, subject, role, name ?? null, newId(), newId()],
        )
        if (row === undefined || row.isElsewhere) return 'otherOrganization'
        return { organizationId: row.organizationId, userId: row.userId }
      } catch (error) {
        if (codeOf(error) === ELSEWHERE) return 'otherOrganization'
        throw error
      }
    },
    apiKeyByHash: (hash) => one('api_key_by_hash($1)', hash),
    operationByState: (hash) => one('operation_by_state($1)', hash),
    operationByTicket: (hash) => one('operation_by_ticket($1)', hash),
    unstartedOperations: (limit) => ask(`unstarted_operations(interval '2 s', $1)`, [limit]),
    unfinishedEvents: ({ startedForMs, limit }) =>
      ask(`unfinished_events($1 * interval '1 ms', $2)`, [startedForMs, limit]),
    claimBacklog: (limit) => ask('claim_backlog($1)', [limit]),
    isPouringIn: async (withinMs) => {
      const [row] = await ask<{ isPouringIn: boolean }>(
        `is_pouring_in($1 * interval '1 ms') as is_pouring_in`,
        [withinMs],
      )
      return row?.isPouringIn ?? false
    },
    integrationsToWatch: (afterId, limit) => ask('integrations_to_watch($1, $2)', [afterId, limit]),
    parkedToRetry: ({ olderThanMs, limit }) =>
      ask(`parked_to_retry($1 * interval '1 ms', $2)`, [olderThanMs, limit]),
    releaseStrays: async (limit) =>
      (await ask<{ released: number }>('release_strays($1) as released', [limit]))[0]?.released ??
      0,
    packagesToExpire: (limit) => ask('packages_to_expire($1)', [limit]),
    outboxHeads: (organizationIds) => ask('outbox_heads($1)', [organizationIds]),
    purgeExpired: async (limit) =>
      (await ask<{ removed: number }>('purge_expired($1) as removed', [limit]))[0]?.removed ?? 0,
    purgeEnded: async (limit) =>
      (await ask<{ removed: number }>('purge_ended($1) as removed', [limit]))[0]?.removed ?? 0,
    purgeOldOfIntegrations: async (afterId, { integrations, each }) => {
      const [page] = await ask<PurgedPage>('purge_old_of_integrations($1, $2, $3)', [
        afterId,
        integrations,
        each,
      ])
      return page ?? { lastId: null, removed: 0 }
    },
    integrationsOwned: (ids) => ask('integrations_owned($1)', [ids]),
    purgeHookTasks: async (limit) =>
      (await ask<{ removed: number }>('purge_hook_tasks($1) as removed', [limit]))[0]?.removed ?? 0,
    purgeKeys: async (limit) =>
      (await ask<{ removed: number }>('purge_keys($1) as removed', [limit]))[0]?.removed ?? 0,
    integrationsElsewhere: (baseUrl, afterId, limit) =>
      ask('integrations_elsewhere($1, $2, $3)', [baseUrl, afterId, limit]),
    hooksInDoubt: (limit) => ask('hooks_in_doubt($1)', [limit]),
    rejectionCounts: (since) => ask('rejection_counts($1::date)', [since]),
  }
}

const inCamelCase = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
