import { keepGaps } from '../../db/gaps.ts'
import { endHookTask, type HookTaskEnd, nextHookTask } from '../../db/hook-tasks.ts'
import { oweIfDisconnected } from '../../db/debts.ts'
import { want } from '../../db/integrations.ts'
import { aTenant } from './harness.ts'
import type { Tenant, TestApi } from './harness.ts'
import { callerOf } from './calling.ts'
import { goToConsent } from './consenting.ts'
import { aFilledTenant, keep, parkStored } from './filled.ts'
import type { Filled } from './filled.ts'
import { freshBody } from './ingress/door.ts'
import { aSessionOf, SESSION_CASES } from './session-cases.ts'

/** A real API with an organization that has one of everything, and another one. */
export interface Stage {
  readonly api: TestApi
  readonly acme: Filled
  readonly globex: Filled
}

/** What makes a route answer well; left out, an admin of the first organization asks. */
export interface Ask {
  readonly id?: string
  readonly body?: object
  readonly query?: string
  readonly token?: string
}

/** Promises two filled organizations. */
export async function setStage(api: TestApi): Promise<Stage> {
  const [acme, globex] = [await aFilledTenant(api, 'acme'), await aFilledTenant(api, 'globex')]
  const stage = { api, acme, globex }
  await aParkedItem(stage)
  await anApiKey(stage)
  await aSessionOf(stage)
  await aDebtor(stage)
  await aGap(stage)
  return stage
}

const plain = (): Ask => ({})
const anIntegration = ({ acme }: Stage): Ask => ({ id: acme.integrationId })
const steered = ({ acme }: Stage): Ask => ({ id: acme.integrationId, body: {} })

let colleagues = 0
/** Somebody of the first organization whose integration may be ended without harm to others. */
const aColleague = ({ api }: Stage): Promise<Tenant> => {
  colleagues += 1
  const subject = `colleague ${colleagues}`
  return aTenant(api, { userUri: `user:${subject}`, organization: 'acme', subject })
}

async function aParkedItem({ api, acme }: Stage): Promise<Ask> {
  const id = await parkStored(api, acme, await keep(api, acme, freshBody()))
  return { id, body: {} }
}

async function anApiKey({ api, acme }: Stage): Promise<Ask> {
  const { body } = await callerOf(() => api)('/api/api-keys', {
    token: acme.admin,
    body: { name: 'to end', role: 'member' },
  })
  return { id: String(body['id']) }
}

const asked = ({ api, acme }: Stage) =>
  callerOf(() => api)('/api/integrations/calendly/connect', { token: acme.admin, body: {} })

/** A disconnected integration whose hook could not be removed yet. */
async function aDebtor(stage: Stage): Promise<string> {
  const { organizationId, integrationId } = await aColleague(stage)
  await stage.api.database.withTenant(organizationId, async (tx) => {
    await want(tx, { integrationId, wanted: 'disconnected' })
    const why = 'The provider could not be reached.'
    await oweIfDisconnected(tx, { integrationId, kind: 'hook', why, now: Date.now() })
  })
  await stage.api.owner.query(`update integration set status = 'disconnected' where id = $1`, [
    integrationId,
  ])
  return integrationId
}

/** An interval in which the provider kept trying. */
const aGap = ({ api, acme: { organizationId, integrationId } }: Stage): Promise<void> =>
  api.database.withTenant(organizationId, (tx) =>
    keepGaps(tx, { integrationId, doubts: [{ reason: 'retrying', since: null }], now: Date.now() }),
  )

async function aConsent(stage: Stage): Promise<Ask> {
  const { body } = await asked(stage)
  const { state } = await goToConsent(stage.api, String(body['authorizeUrl']))
  return { body: { code: 'the-code', state } }
}

/** An owner that has looked at the account already when its answer is waited for. */
const ofHooks =
  (more: object = {}) =>
  async ({ api, acme }: Stage): Promise<Ask> => {
    const { integrationId: integration_id, organizationId } = acme
    api.gateway.onNudge = async () => {
      await api.database.withTenant(organizationId, async (tx) => {
        const task = await nextHookTask(tx, integration_id)
        if (task !== undefined) await endHookTask(tx, task, A_LIST)
      })
    }
    return { body: { integration_id, ...more } }
  }

const A_LIST: HookTaskEnd = {
  outcome: 'done',
  reason: null,
  hooks: [
    {
      uri: 'https://api.calendly.com/webhook_subscriptions/1',
      callbackUrl: 'https://elsewhere.test/hooks',
      scope: 'user',
      events: ['invitee.created'],
      whose: 'foreign',
      state: 'active',
      use: null,
    },
  ],
}

/** Every documented route, and what it takes to make it answer well. */
export const CASES: Readonly<Record<string, (stage: Stage) => Ask | Promise<Ask>>> = {
  'GET /api/me': plain,
  'GET /api/organization': plain,
  'PATCH /api/organization': () => ({ body: { visibility: 'own' } }),
  'GET /api/integrations': plain,
  'POST /api/integrations/calendly/connect': () => ({ body: { scope: 'user' } }),
  'POST /api/integrations/calcom/connect': () => ({ body: { webhookOnly: true } }),
  'GET /api/connect-attempts/{id}': async (stage) => ({
    id: String((await asked(stage)).body['attemptId']),
  }),
  'GET /api/integrations/{id}': anIntegration,
  'GET /api/integrations/{id}/explain': anIntegration,
  'POST /api/integrations/{id}/reconcile': steered,
  'POST /api/integrations/{id}/sync': steered,
  'POST /api/integrations/{id}/refresh': steered,
  'POST /api/integrations/{id}/pause': steered,
  'POST /api/integrations/{id}/resume': steered,
  'POST /api/integrations/{id}/reconnect': steered,
  'GET /api/debts': plain,
  'GET /api/gaps': plain,
  'POST /api/integrations/{id}/forget': async (stage) => ({
    id: await aDebtor(stage),
    body: {},
  }),
  'POST /api/integrations/{id}/disconnect': async (stage) => ({
    id: (await aColleague(stage)).integrationId,
    body: {},
  }),
  'GET /api/hooks': async (stage) => {
    await ofHooks()(stage)
    return { query: `?integration_id=${stage.acme.integrationId}` }
  },
  'POST /api/hooks/sweep': ofHooks(),
  'POST /api/hooks/remove': ofHooks({ uri: 'hook:1', confirm: true }),
  'GET /api/prospects': plain,
  'GET /api/prospects/{id}': ({ acme }) => ({ id: acme.prospectId }),
  'PATCH /api/prospects/{id}': ({ acme }) => ({
    id: acme.prospectId,
    body: { owner_user_id: null },
  }),
  'GET /api/meetings': plain,
  'GET /api/meetings/{id}': ({ acme }) => ({ id: acme.meetingId }),
  'GET /api/events': plain,
  'GET /api/events/{id}': ({ acme }) => ({ id: acme.eventId }),
  'POST /api/events/{id}/replay': ({ acme }) => ({ id: acme.unreadableId, body: {} }),
  'POST /api/events/replay': ({ acme }) => ({ body: { event_ids: [acme.eventId] } }),
  'GET /api/parked': plain,
  'POST /api/parked/{id}/retry': aParkedItem,
  'POST /api/parked/{id}/drop': aParkedItem,
  'GET /api/api-keys': plain,
  'POST /api/api-keys': () => ({ body: { name: 'a program', role: 'member' } }),
  'DELETE /api/api-keys/{id}': anApiKey,
  ...SESSION_CASES,
  'GET /api/audit': plain,
  'POST /api/erase': () => ({ body: { email: 'nobody@nowhere.test' } }),
  'GET /api/rejections': plain,
  'POST /calendly/disconnect': async (stage) => ({
    token: (await aColleague(stage)).token,
    body: {},
  }),
  'POST /auth/calendly/callback': aConsent,
}
