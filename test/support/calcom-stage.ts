import { MockActivityEnvironment } from '@temporalio/testing'
import type { FreshEvent } from '../../activities/deps.ts'
import type { EventRow } from '../../activities/event-end.ts'
import { type Activities, createActivities } from '../../activities/index.ts'
import { createClient } from '../../db/clients.ts'
import { createPackage, listPackages } from '../../db/packages.ts'
import type { OwnerHint, OwnerState } from '../../domain/owner-state.ts'
import { createCalcom } from '../../providers/calcom/client.ts'
import { createHttp } from '../../providers/http.ts'
import type { CalcomSwitches } from '../../sandbox/calcom/switches.ts'
import { callerOf, type Told } from '../api/calling.ts'
import { startTestApi, tokenOf, type TestApi } from '../api/harness.ts'
import { type Guest, visitCalcom } from '../sandbox/calcom/guest.ts'
import { ownerRun } from './live-owner.ts'

/** The secret of the shared route. */
export const SHARED_SECRET = 'secret of the shared route, of the tests'

/** In which order events are handled that came together. */
export type Order = 'asTheyCame' | 'backwards'

/** A row as the database has it. */
type Row = Record<string, unknown>

/** A coach at a sandbox of Cal.com, our real ingress, REST and rows, and an owner between them. */
export interface CalcomStage {
  readonly guest: Guest
  readonly api: TestApi
  readonly activities: Activities
  /** Calls REST as the coach. */
  readonly call: (path: string, body?: object) => Promise<Told>
  /** The headers of a JSON request of the coach. */
  readonly headers: Readonly<Record<string, string>>
  /** Connects with the coach's key, unless the wish says otherwise. */
  connect(wish?: object): Promise<Told>
  /** Lets the owner do all that is due, asked for something or not. */
  run(...asked: OwnerHint[]): Promise<OwnerState>
  /** Waits until everything is delivered. */
  delivered(): Promise<void>
  /** Waits until everything is delivered, then does what it asks for. */
  settle(order?: Order): Promise<void>
  /** Does what stored events ask for, as they came or the other way round; answers each end. */
  apply(order?: Order): Promise<string[]>
  /** A client; answers the id. */
  client(email: string): Promise<string>
  /** A package of so many sessions. */
  credits(clientId: string, credits: number): Promise<string>
  rows(sql: string): Promise<Row[]>
  /** The sessions, oldest start first: where each stands. */
  sessions(): Promise<Row[]>
  /** Credits left and held of everybody's packages together. */
  left(): Promise<number>
  /** Where the sessions of a client stand, oldest start first. */
  sessionsOf(email: string): Promise<unknown[]>
  /** Where the meetings of a prospect stand, oldest start first. */
  meetingsOf(email: string): Promise<unknown[]>
  /** The credits that a client has left. */
  leftOf(email: string): Promise<number>
  integrationId(): Promise<string>
  close(): Promise<void>
}

/** What differs from one stage to another. */
interface StageOptions {
  readonly cutOffHours?: number
  readonly sharedSecret?: string | null
}

let made = 0

/** Promises a stage on which nothing is connected yet. */
export async function setCalcomStage(
  switches: Partial<CalcomSwitches> = {},
  { cutOffHours = 0, sharedSecret = SHARED_SECRET }: StageOptions = {},
): Promise<CalcomStage> {
  made += 1
  const person = {
    organization: `coaches-${made}`,
    subject: `coach-${made}`,
    role: 'admin',
  } as const
  const guest = await visitCalcom({ calcom: switches })
  const http = createHttp({ allowLoopback: true, totalMs: 4_000 })
  const providers = { calcom: createCalcom({ http, apiUrl: `${guest.sandbox.url}/calcom` }) }
  const api = await startTestApi({
    providers,
    appKeys: { calcom: sharedSecret === null ? [] : [sharedSecret] },
  })
  const identity = await api.database.directory.resolveIdentity(person)
  if (identity === 'otherOrganization') throw new Error('a fresh name is taken')
  const { organizationId, userId } = identity
  const token = await tokenOf(person)
  const { database } = api
  let looks = 0
  /** As if this process had just stored it: every other event. */
  const fresh = new Map<string, FreshEvent>()
  const activities = createActivities({
    database,
    providers,
    apiUrl: api.origin,
    nudgeOwner: async () => void (looks += 1),
    log: { info: () => {}, warn: () => {} },
    takeFresh: (eventId) => fresh.get(eventId),
  })
  const rows = async (sql: string): Promise<Row[]> =>
    (await api.owner.query(sql, [organizationId])).rows
  const integrationId = async (): Promise<string> =>
    String((await rows('select id from integration where organization_id = $1'))[0]?.['id'])
  let integration = ''
  const run = ownerRun({
    jobs: activities,
    rowOf: () => ({ organizationId, integrationId: integration }),
    clock: () => Date.now(),
  })
  const rest = callerOf(() => api)
  const call = (path: string, body?: object): Promise<Told> =>
    rest(path, { token, ...(body !== undefined && { body }) })

  api.gateway.onOperation = async (kind, operationId) => {
    const row = { organizationId, operationId }
    const kept = kind === 'connect' ? await activities.exchangeCode(row) : 'kept'
    if (kept !== 'kept') {
      await activities.giveUp({ ...row, why: kept })
      return
    }
    integration = await integrationId()
    await run()
  }

  async function handle(eventId: string): Promise<string> {
    const workflowExecution = { workflowId: `event:${eventId}`, runId: 'run' }
    const within = (activity: (row: EventRow) => Promise<string>): Promise<string> =>
      new MockActivityEnvironment({ workflowExecution }).run(activity, { organizationId, eventId })
    const end = await within(activities.applyEvent)
    if (end !== 'doubtful') return end
    // As processEvent does, without its patience.
    return within(activities.applyReread).catch(() => within(activities.applyBelieved))
  }

  async function apply(order: Order = 'asTheyCame'): Promise<string[]> {
    const ends: string[] = []
    const sql = `select id, body, integration_id, source from inbound_event where organization_id = $1 and status = 'received'
      order by received_at, id`
    const came = await rows(sql)
    fresh.clear()
    for (const [place, { id, body, integration_id: integrationOf, source }] of came.entries()) {
      if (place % 2 === 1 || source !== 'webhook') continue
      const { content } = providers.calcom.webhook.read(body as Buffer)
      if (content.ok) fresh.set(String(id), { integrationId: String(integrationOf), content })
    }
    for (const { id } of order === 'backwards' ? came.toReversed() : came)
      ends.push(await handle(String(id)))
    if (looks > 0) await run()
    looks = 0
    return ends
  }

  async function delivered(): Promise<void> {
    await guest.eventually(
      () => guest.held(),
      (hooks) => hooks.every(({ pending }) => pending === 0),
    )
  }

  async function leftIn(packageIds: readonly unknown[] | undefined): Promise<number> {
    const viewer = { userId, role: 'admin', seesAll: true } as const
    const { items } = await database.withTenant(organizationId, (tx) =>
      listPackages(tx, viewer, { limit: 1_000 }),
    )
    return items
      .filter(({ id }) => packageIds === undefined || packageIds.includes(id))
      .reduce((sum, { sessions_left }) => sum + sessions_left, 0)
  }

  return {
    guest,
    api,
    activities,
    call,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    run,
    apply,
    rows,
    integrationId,
    connect: (wish) => call('/api/integrations/calcom/connect', wish ?? { apiKey: guest.key }),
    delivered,
    settle: async (order) => {
      await delivered()
      await apply(order)
    },
    client: (email) =>
      database.withTenant(organizationId, async (tx) => {
        const name = 'Pat'
        const known = await createClient(tx, {
          email,
          name,
          timezone: 'Europe/Paris',
          userId: null,
          ownerUserId: userId,
        })
        if (known === 'taken') throw new Error(`${email} is taken`)
        return known.id
      }),
    credits: (clientId, credits) =>
      database.withTenant(organizationId, (tx) =>
        createPackage(tx, {
          clientId,
          hostUserId: userId,
          sessionsTotal: credits,
          sessionMinutes: 60,
          cutOffHours,
          expiresAt: new Date(Date.now() + 400 * 86_400_000),
          actorUserId: userId,
        }),
      ),
    sessions: () =>
      rows(`select calcom_booking_id as uid, status, start_at, meeting_link from session
        where organization_id = $1 and merged_into is null order by start_at, id`),
    sessionsOf: async (email) => {
      const found = await rows(`select s.status, c.email_normalized as email from session s
        join client c on c.organization_id = s.organization_id and c.id = s.client_id
        where s.organization_id = $1 and s.merged_into is null order by s.start_at, s.id`)
      return found.filter((row) => row['email'] === email).map(({ status }) => status)
    },
    meetingsOf: async (email) => {
      const found = await rows(`select distinct m.id, m.start_at, m.status, lower(i.email) as email
        from meeting m join meeting_invitee i on i.organization_id = m.organization_id
          and i.meeting_id = m.id
        where m.organization_id = $1 and m.merged_into is null order by m.start_at, m.id`)
      return found.filter((row) => row['email'] === email).map(({ status }) => status)
    },
    leftOf: async (email) => {
      const found = await rows(`select p.id from client_package p
        join client c on c.organization_id = p.organization_id and c.id = p.client_id
        where p.organization_id = $1 and c.email_normalized = '${email}'`)
      return leftIn(found.map(({ id }) => id))
    },
    left: () => leftIn(undefined),

    close: async () => {
      await guest.sandbox.close()
      await api.close()
      await http.close()
    },
  }
}
