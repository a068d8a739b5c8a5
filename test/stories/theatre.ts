import assert from 'node:assert/strict'
import { newId } from '../../db/ids.ts'
import type { Activities } from '../../activities/index.ts'
import type { OwnedJob } from '../../activities/deps.ts'
import { createReceiver, type Receiver } from '../../api/ingress/receiver.ts'
import { calendlyWebhook } from '../../providers/calendly/client.ts'
import type { World } from '../db/world.ts'
import type { Visitor } from '../sandbox/visitor.ts'
import { setStage } from '../support/connected.ts'

/** The hosts, colleagues at one organization of the sandbox. */
export const HOSTS = ['rita@acme.test', 'omar@acme.test'] as const

/** One organization of ours and one sandbox, joined by three integrations with a hook each. */
export interface Theatre {
  readonly organizationId: string
  readonly visitor: Visitor
  readonly activities: Activities
  /** What the ingress does with a delivery: verify, understand, store. */
  readonly door: Receiver
  /** Those of the two hosts, and that of the whole organization. */
  readonly jobs: { readonly users: readonly OwnedJob[]; readonly organization: OwnedJob }
  /** Our users by the URI of the host that they connected. */
  readonly userIds: ReadonlyMap<string, string>
  /** The path that deliveries for the whole organization come to. */
  readonly organizationHook: string
  /** For what only the API of the provider can do. */
  readonly token: string
  close(): Promise<void>
}

/** Promises a theatre whose sandbox delivers to this address. */
export async function openTheatre(world: World, apiUrl: string): Promise<Theatre> {
  const stage = await setStage(world, { sandbox: { calendly: { requestLimit: 'off' } } })
  const { organizationId, userId, visitor } = stage
  const activities = stage.elsewhere({ apiUrl })
  const second = await world.database.directory.resolveIdentity({
    organization: await externalIdOf(world, organizationId),
    subject: newId(),
    role: 'member',
    name: 'Otto',
  })
  if (second === 'otherOrganization') throw new Error('a fresh name is taken')
  const connected = async (asking: Parameters<typeof stage.connect>[0]): Promise<OwnedJob> => {
    await stage.connect(asking)
    const made = await activities.reconcileHook(stage.job())
    assert.equal(made.kind, 'hook')
    const seen = await activities.reconcileHook(stage.job())
    assert.equal(seen.kind === 'hook' && seen.settled, true)
    return stage.job()
  }
  const users = [
    await connected({ email: HOSTS[0], scope: 'user' }),
    await connected({ email: HOSTS[1], scope: 'user', userId: second.userId }),
  ]
  const organization = await connected({ email: HOSTS[0], scope: 'organization' })
  const people = (await visitor.send('GET', '/control/calendly/users')).body.users
  const uriOf = (email: string): string =>
    people.find((person: { email: string }) => person.email === email).uri
  const hook = (await visitor.hooks()).find(({ scope }) => scope === 'organization')
  const { token } = (await visitor.control('/calendly/tokens', { user: HOSTS[0] })).body
  const door = createReceiver({
    provider: 'calendly',
    webhook: calendlyWebhook,
    store: world.ingress,
    appKeys: [],
    hasOwnKeysOnly: true,
    now: Date.now,
    reserve: () => undefined,
  })
  return {
    organizationId,
    visitor,
    activities,
    door,
    jobs: { users, organization },
    userIds: new Map([
      [uriOf(HOSTS[0]), userId],
      [uriOf(HOSTS[1]), second.userId],
    ]),
    organizationHook: new URL(hook.callback_url).pathname,
    token,
    close: async () => {
      await door.idle()
      door.close()
      await stage.close()
    },
  }
}

async function externalIdOf({ owner }: World, organizationId: string): Promise<string> {
  const { rows } = await owner.query('select external_id from organization where id = $1', [
    organizationId,
  ])
  return rows[0].external_id
}
