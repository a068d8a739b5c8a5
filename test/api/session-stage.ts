import { makeSeries } from '../../db/series.ts'
import { callerOf } from './calling.ts'
import type { Json, Told } from './calling.ts'
import { startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

/** An API whose workflow of series does its work as soon as it is started. */
export async function startSessionApi(): Promise<TestApi> {
  const api = await startTestApi()
  api.gateway.onOperation = async (kind, id) => {
    if (kind !== 'series') return
    const { rows } = await api.owner.query<{ organization_id: string }>(
      'select organization_id from session_series where id = $1',
      [id],
    )
    await api.database.withTenant(rows[0]?.organization_id ?? '', (tx) => makeSeries(tx, id))
  }
  return api
}

/** Somebody of an organization, with a token. */
export interface Somebody {
  readonly userId: string
  readonly organizationId: string
  readonly token: string
}

type Role = 'admin' | 'member' | 'client'

let made = 0

/** Promises somebody with this role, in an organization of their own or this one. */
export async function somebody(
  api: TestApi,
  role: Role,
  organization = `org ${(made += 1)}`,
): Promise<Somebody & { readonly organization: string }> {
  made += 1
  const person = { organization, subject: `${role} ${made}`, role }
  const found = await api.database.directory.resolveIdentity(person)
  if (found === 'otherOrganization') throw new Error('the subject is taken')
  return { ...found, organization, token: await tokenOf(person) }
}

/** Promises what was made; anything but success is a mistake of the test. */
export async function make(
  api: TestApi,
  path: string,
  { token, body }: { readonly token: string; readonly body: object },
): Promise<Json> {
  const told = await callerOf(() => api)(path, { token, body })
  if (told.status >= 300) throw new Error(`${path}: ${JSON.stringify(told.body)}`)
  return told.body
}

interface Wish {
  readonly host: Somebody
  readonly userId?: string
  readonly sessionsTotal?: number
  readonly cutOffHours?: number
}

/** Promises a client of a host, with a package. */
export async function aPaidClient(
  api: TestApi,
  { host, userId, sessionsTotal = 10, cutOffHours = 24 }: Wish,
): Promise<{ clientId: string; packageId: string; email: string }> {
  made += 1
  const email = `Pat-${made}@Prospect.test`
  const person = { name: 'Éloïse 🎉 王', email, timezone: 'Europe/Paris', userId }
  const client = await make(api, '/api/clients', { token: host.token, body: person })
  const clientId = String(client['id'])
  const body = {
    clientId,
    hostUserId: host.userId,
    sessionsTotal,
    sessionMinutes: 50,
    cutOffHours,
    expiresAt: '2190-01-01T00:00:00Z',
  }
  const one = await make(api, '/api/packages', { token: host.token, body })
  return { clientId, packageId: String(one['id']), email }
}

/** A wish for Mondays at ten, far from now. */
export const aSeriesWish = (
  paid: { readonly clientId: string; readonly packageId: string },
  host: Somebody,
  told: object = {},
) => {
  made += 1
  return {
    clientId: paid.clientId,
    packageId: paid.packageId,
    hostUserId: host.userId,
    frequency: 'weekly',
    count: 4,
    weekday: 'monday',
    time: '10:00',
    timezone: 'Europe/Paris',
    startDate: '2100-01-01',
    idempotencyKey: `key ${made}`,
    ...told,
  }
}

/** What is listed. */
export const itemsOf = ({ body }: Told): Json[] => body['items'] as Json[]
