import type { StageOptions } from '../support/connected.ts'
import type { LiveOwner } from '../support/live-owner.ts'
import { parkStored } from './filled.ts'
import type { TestApi } from './harness.ts'

/** Where an illness is caught: the owner of a healthy integration, and the API around it. */
export interface Ward {
  readonly owner: LiveOwner
  readonly api: TestApi
  readonly urls: { apiUrl: string }
}

/** An illness, how it is caught in the sandbox, and the sentence that must come first. */
export interface Illness {
  readonly name: string
  readonly options?: StageOptions
  readonly code: string
  readonly first: RegExp
  catchIt(ward: Ward): Promise<unknown>
}

/** The hook has to be made again, and making it is answered like this. */
const refused =
  (fault: Record<string, unknown>) =>
  async ({ owner: one }: Ward): Promise<void> => {
    await one.visitor.fault({ kind: 'disable' })
    await one.visitor.fault(fault)
    await one.run('reconcile')
  }

async function signedByAnother({ owner: one }: Ward): Promise<void> {
  await one.visitor.fault({ kind: 'wrong-key', times: 3 })
  await one.visitor.book()
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await one.visitor.eventually(
      () => one.visitor.ledger(),
      ({ deliveries }) => deliveries.length >= attempt,
    )
    if (attempt < 3) await one.visitor.advance(5 * 2 ** attempt)
  }
  await one.visitor.eventually(
    () =>
      one.query('select max(verify_failures) as n from subscription where organization_id = $1'),
    ([row]) => Number(row?.['n']) >= 3,
  )
  await one.run('reconcile')
}

/** Every illness that a person may ask about. */
export const ILLNESSES: readonly Illness[] = [
  {
    name: 'a provider that signs with another key',
    code: 'otherKey',
    first: /^The provider sign\w+ with another key[^.]*; nothing to do: bookings are fetched/,
    catchIt: signedByAnother,
  },
  {
    name: 'a hook that the provider has disabled',
    code: 'hookDisabled',
    first: /^The provider has disabled our webhook[^.]*; nothing to do: it is tried again at /,
    catchIt: refused({ kind: '500', route: 'POST /webhook_subscriptions' }),
  },
  {
    name: 'a hook that is silent',
    code: 'silentHook',
    first: /^Bookings came that the webhook did not bring[^.]*; nothing to do/,
    catchIt: async ({ owner: one }) => {
      await one.visitor.fault({ kind: 'lose', times: 1 })
      await one.visitor.book()
      await one.delivered(1)
      await one.later(11)
      await one.run('sync')
    },
  },
  {
    name: 'a hook of somebody else',
    code: 'foreignHook',
    first: /^One webhook that we did not make also hears [^.]*; leave it if [^.]*remove it by name/,
    catchIt: async ({ owner: one }) => {
      const tokens = await one.visitor.connect()
      await one.visitor.subscribe(tokens, { url: 'http://elsewhere.test/hook' })
      await one.run('reconcile')
    },
  },
  {
    name: 'a plan without webhooks',
    code: 'planRefused',
    first: /^The account's plan has no webhooks[^.]*; upgrade the plan at the provider/,
    catchIt: refused({ kind: 'plan-refused' }),
  },
  {
    name: 'a permission that was not granted',
    code: 'scopeRefused',
    first: /^The account granted too few permissions for webhooks; reconnect and approve all/,
    catchIt: refused({ kind: 'scope-missing', scopes: ['webhooks:write'] }),
  },
  {
    name: 'a role that may not have this webhook',
    options: { scope: 'organization' },
    code: 'roleRefused',
    first: /^The account's role may not create this webhook; ask an owner or admin/,
    catchIt: refused({ kind: 'role', role: 'user' }),
  },
  {
    name: 'a grant that was revoked',
    code: 'needsReconnect',
    first: /^The provider says that our access was revoked; reconnect the account/,
    catchIt: async ({ owner: one }) => {
      await one.visitor.fault({ kind: 'app-revoked' })
      await one.run('reconcile')
    },
  },
  {
    name: 'a refresh whose answer was lost',
    code: 'needsReconnect',
    first: /^The provider’s answer to a token refresh was lost, twice; reconnect the account/,
    catchIt: async ({ owner: one }) => {
      await one.visitor.fault({ kind: 'drop', route: 'POST /oauth/token', times: 1 })
      await one.run('refresh')
      await one.later(1)
      await one.run('refresh')
    },
  },
  {
    name: 'a provider that asks us to slow down',
    code: 'rateLimited',
    first:
      /^The provider allows us no more calls for the moment \(429\); nothing to do: we go on at /,
    catchIt: async ({ owner: one }) => {
      await one.visitor.fault({ kind: '429', route: 'GET /webhook_subscriptions', times: 1 })
      await one.run('reconcile')
    },
  },
  {
    name: 'an API_URL that has changed',
    code: 'movedUrl',
    first:
      /^API_URL is https:\/\/moved\.test now, and the webhook still calls http:[^ ]*; ask for a reconcile/,
    catchIt: async ({ urls }) => void (urls.apiUrl = 'https://moved.test'),
  },
  {
    name: 'events that are parked',
    code: 'parked',
    first:
      /^1 event waits for something that is missing \(a fact is missing\); add what is missing/,
    catchIt: async ({ owner: one, api }) => {
      await one.visitor.book()
      await one.delivered(1)
      const [event] = await one.query('select id from inbound_event where organization_id = $1')
      const { organizationId } = one
      await parkStored(api, { organizationId }, String(event?.['id']))
    },
  },
  {
    name: 'a debt at the provider',
    code: 'debt',
    first:
      /^Cleaning up at the provider [^.]* has not succeeded yet; we keep removing what is left/,
    catchIt: async ({ owner: one }) => {
      await one.visitor.fault({ kind: '500', route: 'DELETE /webhook_subscriptions/:uuid' })
      await one.wants('disconnected')
      await one.run()
    },
  },
  {
    name: 'bookings that still have to be fetched',
    code: 'trouble',
    first:
      /^The provider did not do what we last asked of it; nothing to do: it is tried again at /,
    catchIt: async ({ owner: one }) => {
      await one.visitor.fault({ kind: '500', route: 'GET /scheduled_events' })
      await one.run('sync')
    },
  },
  {
    name: 'a pause',
    code: 'paused',
    first: /^Paused by a person; resume to catch up/,
    catchIt: async ({ owner: one }) => {
      await one.wants('paused')
      await one.run()
    },
  },
]
