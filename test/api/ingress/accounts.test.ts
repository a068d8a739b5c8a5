import assert from 'node:assert/strict'
import { findOrCreateForConnect } from '../../../db/integrations.ts'
import { createGeneration, markListed, openSigningKey } from '../../../db/subscriptions.ts'
import { signed } from '../../support/calendly-payloads.ts'
import { API_URL } from '../harness.ts'
import { freshBody, nowSeconds, openDoor, taken } from './door.ts'
import type { Door, Knock } from './door.ts'
import { stageOf } from './stage.ts'

/** Somebody else's account at the provider. */
const BOB = 'https://api.calendly.com/users/bob'

describe('webhooks of several accounts', () => {
  let door: Door
  beforeEach(async () => void (door = await openDoor()))
  afterEach(() => door.close())

  interface Hook {
    readonly path: string
    readonly signingKey: string
  }

  /** Promises a live hook of an integration, for an account; an older one of it is retired. */
  function aHook(integrationId: string, userUri: string, scope: 'user' | 'organization' = 'user') {
    const { database, tenant } = { ...door.api, tenant: door.tenant }
    return database.withTenant(tenant.organizationId, async (tx): Promise<Hook> => {
      const account = { userUri, organizationUri: `${door.tenant.userUri}/organization` }
      const wish = { integrationId, baseUrl: API_URL, account, scope, now: Date.now() }
      const { generation, endpoint } = await createGeneration(tx, wish)
      const { signingKey } = await openSigningKey(tx, { integrationId, generation })
      const listed = { remoteUri: `hook:${endpoint}`, retryStartedAt: null, now: Date.now() }
      await markListed(tx, { integrationId, generation, ...listed })
      return { path: `/webhooks/calendly/${endpoint}`, signingKey }
    })
  }

  const at = ({ path, signingKey }: Hook, body: Buffer): Knock => ({
    path,
    body,
    signature: signed(signingKey, { t: nowSeconds(), body }),
  })

  /** Promises how many meetings each host has. */
  const meetingsOf = async (): Promise<Record<string, number>> => {
    const { rows } = await door.api.owner.query<{ host_uri: string; count: number }>(
      'select host_uri, count(*)::int from meeting_host group by 1',
    )
    return Object.fromEntries(rows.map(({ host_uri: host, count }) => [host, count]))
  }

  it('case 84: adds only to the new account while an integration changes accounts', async () => {
    const stage = stageOf(door)
    const { integrationId, userUri } = door.tenant
    const ofBob = (): Buffer =>
      freshBody({
        envelope: { created_by: BOB },
        slot: { event_memberships: [{ user: BOB, user_email: 'bob@acme.test', user_name: 'Bob' }] },
      })
    await stage.deliver({})
    assert.deepEqual(await meetingsOf(), { [userUri]: 1 })
    const hook = await aHook(integrationId, BOB)

    await stage.deliver(at(hook, ofBob()), at(hook, freshBody()), at(hook, ofBob()))

    assert.deepEqual((await stage.ends()).slice(1), [
      'processed',
      'quarantined accountMismatch',
      'processed',
    ])
    assert.deepEqual(await meetingsOf(), { [userUri]: 1, [BOB]: 2 })
  })

  it('case 87: has one effect when two hooks of one organization tell the same event', async () => {
    const stage = stageOf(door)
    const { organizationId, userId, userUri } = door.tenant
    const integrationId = await door.api.database.withTenant(organizationId, (tx) =>
      findOrCreateForConnect(tx, {
        provider: 'calendly',
        scope: 'organization',
        userId,
        purpose: 'prospects',
      }),
    )
    const hook = await aHook(integrationId, userUri, 'organization')
    await door.api.owner.query(`update integration set status = 'live'`)
    const body = freshBody()

    const frames = ['prospect:created', 'meeting:created']
    await door.leaves({ ...taken(2), frames }, () => stage.deliver({ body }, at(hook, body)))

    const { prospects, meetings } = await stage.seen('pat@prospect.test')
    assert.deepEqual([prospects, meetings.length], [1, 1])
    assert.deepEqual(await stage.ends(), ['processed', 'processed'])
  })
})
