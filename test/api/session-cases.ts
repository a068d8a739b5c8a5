import type { Ask, Stage } from './contract-cases.ts'
import { callerOf } from './calling.ts'
import type { Json } from './calling.ts'
import { makeSeries } from '../../db/series.ts'

let made = 0

/** Posts as the admin of the first organization; answers what was made. */
async function post({ api, acme }: Stage, path: string, body: object): Promise<Json> {
  const answer = await callerOf(() => api)(path, { token: acme.admin, body })
  if (answer.status > 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function aClient(stage: Stage): Promise<string> {
  made += 1
  const body = { name: 'Pat', email: `pat-${made}@prospect.test`, timezone: 'Europe/Paris' }
  return String((await post(stage, '/api/clients', body))['id'])
}

const packageWish = async (stage: Stage) => ({
  clientId: await aClient(stage),
  hostUserId: stage.acme.userId,
  sessionsTotal: 10,
  sessionMinutes: 60,
  cutOffHours: 24,
  expiresAt: '2190-01-01T00:00:00Z',
})

const aPackage = async (stage: Stage): Promise<Json> =>
  post(stage, '/api/packages', await packageWish(stage))

async function seriesWish(stage: Stage) {
  made += 1
  const { id, client_id } = await aPackage(stage)
  return {
    clientId: client_id,
    packageId: id,
    hostUserId: stage.acme.userId,
    frequency: 'weekly',
    count: 3,
    weekday: 'monday',
    time: '10:00',
    timezone: 'Europe/Paris',
    startDate: '2100-01-01',
    idempotencyKey: `key-${made}`,
  }
}

/** Promises a series whose sessions are made, as its workflow makes them. */
async function aSeries(stage: Stage): Promise<{ seriesId: string; sessionId: string }> {
  const { acme, api } = stage
  const path = '/api/sessions/recurring'
  const asked = await callerOf(() => api)(path, {
    token: acme.admin,
    body: await seriesWish(stage),
  })
  const seriesId = String((asked.body['series'] as Json)['id'])
  await api.database.withTenant(acme.organizationId, (tx) => makeSeries(tx, seriesId))
  const { rows } = await api.owner.query<{ id: string }>(
    'select id from session where series_id = $1 order by start_at limit 1',
    [seriesId],
  )
  return { seriesId, sessionId: rows[0]?.id ?? '' }
}

/** Promises an organization that has one of everything that sessions are about. */
export async function aSessionOf(stage: Stage): Promise<void> {
  await aSeries(stage)
}

/** What these routes take to answer well; a client may call some of them. */
export const SESSION_CASES: Readonly<Record<string, (stage: Stage) => Ask | Promise<Ask>>> = {
  'GET /api/clients': () => ({}),
  'POST /api/clients': () => ({ body: { name: 'Éloïse 🎉', email: 'eloise@prospect.test' } }),
  'GET /api/clients/{id}': async (stage) => ({ id: await aClient(stage) }),
  'PATCH /api/clients/{id}': async (stage) => ({
    id: await aClient(stage),
    body: { name: 'Patricia' },
  }),
  'GET /api/packages': () => ({}),
  'POST /api/packages': async (stage) => ({ body: await packageWish(stage) }),
  'GET /api/packages/{id}': async (stage) => ({ id: String((await aPackage(stage))['id']) }),
  'GET /api/packages/{id}/ledger': async (stage) => ({
    id: String((await aPackage(stage))['id']),
  }),
  'POST /api/packages/{id}/adjust': async (stage) => ({
    id: String((await aPackage(stage))['id']),
    body: { change: 2, reason: 'a gift' },
  }),
  'GET /api/sessions': () => ({}),
  'POST /api/sessions/recurring/preview': async (stage) => ({ body: await seriesWish(stage) }),
  'POST /api/sessions/recurring': async (stage) => ({ body: await seriesWish(stage) }),
  'GET /api/sessions/{id}': async (stage) => ({ id: (await aSeries(stage)).sessionId }),
  'POST /api/sessions/{id}/cancel': async (stage) => ({
    id: (await aSeries(stage)).sessionId,
    body: { reason: 'ill' },
  }),
  'GET /api/series': () => ({}),
  'GET /api/series/{id}': async (stage) => ({ id: (await aSeries(stage)).seriesId }),
  'POST /api/series/{id}/cancel': async (stage) => ({
    id: (await aSeries(stage)).seriesId,
    body: {},
  }),
}

/** The routes that a client may call, about what is their own. */
export const FOR_CLIENTS: readonly string[] = [
  'GET /api/clients',
  'GET /api/clients/{id}',
  'GET /api/packages',
  'GET /api/packages/{id}',
  'GET /api/packages/{id}/ledger',
  'GET /api/sessions',
  'GET /api/sessions/{id}',
  'POST /api/sessions/{id}/cancel',
  'POST /api/sessions/recurring/preview',
  'POST /api/sessions/recurring',
  'GET /api/series',
  'GET /api/series/{id}',
  'POST /api/series/{id}/cancel',
]
