import assert from 'node:assert/strict'
import { startTestApi, type TestApi } from '../api/harness.ts'
import { type LiveOwner, type OwnerOptions, startOwner } from '../support/live-owner.ts'

/** A cause at the provider, what it makes of an integration, and what ends it. */
interface Case {
  readonly title: string
  readonly options?: OwnerOptions
  /** What happens to an integration that is live. */
  readonly cause: (owner: LiveOwner) => Promise<unknown>
  readonly status: string
  readonly reason: RegExp
  readonly gap: string | null
  /** How the cause goes; the owner must see it by itself. */
  readonly end: (owner: LiveOwner) => Promise<unknown>
}

const READING = ['scheduled_events:read', 'scheduled_events:write']

const disable = async ({ visitor }: LiveOwner) => {
  for (const { uuid } of await visitor.hooks())
    await visitor.control(`/calendly/hooks/${uuid}/disable`, {})
}
const heal = (owner: LiveOwner) => owner.heal()
const reconnect = (owner: LiveOwner) => owner.connect({ kind: 'connect' })

const CASES: readonly Case[] = [
  {
    title: 'the plan refuses a new hook',
    cause: async (owner) => {
      await disable(owner)
      await owner.visitor.fault({ kind: 'plan-refused' })
    },
    status: 'polling',
    reason: /plan has no webhooks/,
    gap: 'planRefused',
    end: heal,
  },
  {
    title: 'a permission is missing',
    cause: ({ visitor }) =>
      visitor.fault({ kind: 'scope-missing', scopes: ['webhooks:read', 'webhooks:write'] }),
    status: 'needsScope',
    reason: /too few permissions/,
    gap: 'scopeRefused',
    end: heal,
  },
  {
    title: 'bookings may not be read any more',
    cause: ({ visitor }) => visitor.fault({ kind: 'scope-missing', scopes: READING }),
    status: 'needsScope',
    reason: /too few permissions/,
    gap: null,
    end: heal,
  },
  {
    title: 'the role does not allow an organization hook',
    options: { scope: 'organization' },
    cause: ({ visitor }) => visitor.fault({ kind: 'role', role: 'user' }),
    status: 'needsAdmin',
    reason: /role/,
    gap: 'roleRefused',
    end: heal,
  },
  {
    title: 'the person revokes the app',
    cause: ({ visitor }) => visitor.fault({ kind: 'app-revoked', user: 'rita@acme.test' }),
    status: 'needsReconnect',
    reason: /revoked/,
    gap: 'tokenDead',
    end: reconnect,
  },
  {
    title: 'the person is removed from the organization',
    cause: ({ visitor }) => visitor.fault({ kind: 'user-removed', user: 'rita@acme.test' }),
    status: 'needsReconnect',
    reason: /left the organization/,
    gap: 'roleRefused',
    end: reconnect,
  },
  {
    title: 'the provider calls our request wrong',
    cause: async (owner) => {
      await disable(owner)
      await owner.visitor.fault({
        kind: 'status',
        route: 'POST /webhook_subscriptions',
        status: 422,
      })
    },
    status: 'failed',
    reason: /calls our request/,
    gap: 'requestRefused',
    end: heal,
  },
  {
    title: 'the provider fails when a lost hook is to be made again',
    cause: async (owner) => {
      await disable(owner)
      await owner.visitor.fault({
        kind: 'status',
        route: 'POST /webhook_subscriptions',
        status: 500,
      })
    },
    status: 'polling',
    reason: /500/,
    gap: 'hookDisabled',
    end: heal,
  },
  {
    title: 'the provider counts too many calls',
    cause: ({ visitor }) =>
      visitor.fault({ kind: '429', route: 'GET /scheduled_events', seconds: 600 }),
    status: 'live',
    reason: /too many calls/,
    gap: null,
    end: heal,
  },
  {
    title: 'a person pauses it',
    cause: (owner) => owner.wants('paused'),
    status: 'paused',
    reason: /Paused by a person/,
    gap: 'paused',
    end: (owner) => owner.wants('connected'),
  },
]

describe('statuses of an integration', () => {
  let api: TestApi
  let owner: LiveOwner
  before(async () => void (api = await startTestApi()))
  after(() => api.close())
  afterEach(() => owner.close())

  for (const { title, options, cause, status, reason, gap, end } of CASES)
    it(`is ${status} when ${title}, and live again by itself when that is over`, async () => {
      owner = await startOwner(api, options)
      assert.equal((await owner.shown()).status, 'live')

      await cause(owner)
      await owner.run('reconcile', 'sync')

      const ill = await owner.shown()
      assert.equal(ill.status, status)
      assert.match(ill.reason ?? '', reason)
      const open = await owner.gaps()
      assert.deepEqual(
        open.filter((one) => one.state === 'open').map((one) => one.reason),
        gap === null ? [] : [gap],
      )
      await end(owner)
      await owner.later(31)
      await owner.run()
      assert.deepEqual(await owner.shown(), { status: 'live', reason: null, webhook_active: true })
      assert.ok((await owner.gaps()).every((one) => one.state === 'closed'))
    })
})
