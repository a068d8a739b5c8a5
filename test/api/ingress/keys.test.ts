import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadApiConfig } from '../../../config/config.ts'
import { parseKeyRing } from '../../../db/key-ring.ts'
import { signed } from '../../support/calendly-payloads.ts'
import { GOOD } from '../../config/good-settings.ts'
import { aTenant, APP_KEY } from '../harness.ts'
import type { Tenant } from '../harness.ts'
import { is } from './answers.ts'
import { freshBody, nowSeconds, openDoor, taken } from './door.ts'
import type { Door, Knock } from './door.ts'

/** An honest delivery to this tenant's endpoint, signed with this key. */
const at = ({ endpoint, userUri }: Tenant, key: string): Knock => {
  const body = freshBody({ envelope: { created_by: userUri } })
  const signature = signed(key, { t: nowSeconds(), body })
  return { body, signature, path: `/webhooks/calendly/${endpoint}` }
}

describe('webhook keys', () => {
  let door: Door
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  const setKey = ({ endpoint }: Tenant, value: string | null): Promise<unknown> =>
    door.api.owner.query('update subscription set signing_key = $2 where endpoint = $1', [
      endpoint,
      value,
    ])
  const keyOf = async ({ endpoint }: Tenant): Promise<string> => {
    const { rows } = await door.api.owner.query<{ signing_key: string }>(
      'select signing_key from subscription where endpoint = $1',
      [endpoint],
    )
    return rows[0]?.signing_key ?? ''
  }
  let made = 0
  const another = (): Promise<Tenant> => {
    made += 1
    return aTenant(door.api, { userUri: `https://api.calendly.com/users/key-${made}` })
  }
  it('case 30: answers 503 and raises an alarm while a key is missing, empty or can not be opened', async () => {
    const sealedForAnother = await keyOf(door.tenant)
    for (const broken of [null, 's1.', 's1.not sealed at all', sealedForAnother]) {
      const tenant = await another()
      const own = await keyOf(tenant)
      await setKey(tenant, broken)
      const knock = at(tenant, tenant.signingKey)

      await door.leaves({ log: ['a delivery could not be stored'] }, async () => {
        const answer = await door.knock(knock)
        is(answer, 'notStored', String(broken))
        assert.match(answer.head, /retry-after: \d+/i)
      })

      if (broken === null) continue
      await setKey(tenant, own)
      await door.leaves(taken(1), async () => is(await door.knock(knock), 'taken'))
    }
  })

  it('case 30: goes by the app-wide key while the own key is missing, and refuses nonsense', async () => {
    const tenant = await another()
    await setKey(tenant, null)

    await door.leaves(taken(1), async () => is(await door.knock(at(tenant, APP_KEY)), 'taken'))
    await door.leaves({}, async () =>
      is(await door.knock({ ...at(tenant, APP_KEY), signature: 't=1,v1=2' }), 'refused'),
    )
  })

  it('case 31: verifies by a key from a file whose editor left a newline', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'key-'))
    const file = join(folder, 'key')
    await writeFile(file, 'a key of the file\r\n')
    const settings = { ...GOOD, CALENDLY_WEBHOOK_SIGNING_KEY_FILE: file }
    const { calendlySigningKeys } = await loadApiConfig(settings)
    const own = await openDoor({ appKeys: { calendly: calendlySigningKeys } })
    const body = freshBody()

    await own.leaves(taken(1), async () =>
      is(
        await own.knock({
          body,
          signature: signed('a key of the file', { t: nowSeconds(), body }),
        }),
        'taken',
      ),
    )

    await own.close()
    await rm(folder, { recursive: true })
  })

  it('case 32: does not start, so nobody can knock, with a key ring that is not base64', async () => {
    for (const bad of ['k1:not base64', `k1:${'!'.repeat(44)}`, `k1:${'-'.repeat(43)}=`, 'k1:'])
      await assert.rejects(
        async () =>
          parseKeyRing((await loadApiConfig({ ...GOOD, ENCRYPTION_KEYS: bad })).encryptionKeys),
        /ENCRYPTION_KEYS is not valid|key 1 is not id:base64/,
        bad,
      )
  })

  it('case 45: loses nothing while its clock is ten minutes off, and counts what it refused', async () => {
    const clock = { offsetMs: 0 }
    const own = await openDoor({ options: { now: () => Date.now() + clock.offsetMs } })
    for (const offsetMs of [600_000, -600_000]) {
      const body = freshBody()
      const signature = signed(own.tenant.signingKey, { t: nowSeconds(), body })

      clock.offsetMs = offsetMs
      await own.leaves({}, async () => is(await own.knock({ body, signature }), 'refused'))
      clock.offsetMs = 0

      await own.leaves(taken(1), async () => is(await own.knock({ body, signature }), 'taken'))
    }
    await own.api.app.close()
    const { rows } = await own.api.owner.query(
      `select count::int from rejection where reason = 'stale'`,
    )
    await own.close()
    assert.deepEqual(rows, [{ count: 2 }])
  })
})
