import assert from 'node:assert/strict'
import { signed } from '../support/calendly-payloads.ts'
import { until } from '../support/until.ts'
import { callerOf } from './calling.ts'
import type { Told } from './calling.ts'
import { aTenant, tokenOf } from './harness.ts'
import { freshBody, nowSeconds, openDoor } from './ingress/door.ts'
import type { Door } from './ingress/door.ts'

interface Refused {
  readonly reason: string
  readonly count: number
  readonly is_alarm: boolean
  readonly meaning: string
}

const ids = ({ body }: Told): unknown[] =>
  (body['items'] as { integration_id: string }[]).map((item) => item.integration_id)

const admin = (organization: string): Promise<string> =>
  tokenOf({ organization, subject: `admin of ${organization}`, role: 'admin' })

const refusedOf = ({ body }: Told, at = 0): Refused[] =>
  (body['items'] as { refused: Refused[] }[])[at]?.refused ?? []

describe('refused deliveries', () => {
  let door: Door
  const call = callerOf(() => door.api)
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  const list = async (organization: string, query = ''): Promise<Told> =>
    call(`/api/rejections${query}`, { token: await admin(organization) })
  it('are told to the admin by reason, without a word of what they said', async () => {
    const { signingKey, organization, integrationId } = door.tenant
    const body = freshBody()
    const stale = signed(signingKey, { t: nowSeconds() - 1_000, body })
    await door.knock({ body, signature: stale })
    for (const signature of ['nonsense', 'rubbish']) await door.knock({ body, signature })
    await door.knock({ body, signature: signed('another', { t: nowSeconds(), body }) })
    await door.knock({ body, headers: ['Content-Type: text/plain'] })

    await until(async () => refusedOf(await list(organization)).length === 4)

    const told = await list(organization)
    const [first, second] = refusedOf(told)
    assert.equal(told.status, 200)
    assert.deepEqual([first?.reason, first?.count, first?.is_alarm], ['stale', 1, true])
    assert.match(first?.meaning ?? '', /clock/)
    assert.deepEqual([second?.reason, second?.count, second?.is_alarm], ['malformed', 2, false])
    const text = JSON.stringify(told.body)
    assert.ok(text.includes(integrationId))
    for (const secret of [stale, signingKey, 'pat@prospect.test', 'nonsense'])
      assert.ok(!text.includes(secret))
  })

  it('are told page by page, and each organization hears of its own alone', async () => {
    const other = await aTenant(door.api, { userUri: 'https://api.calendly.com/users/o' })
    const path = `/webhooks/calendly/${other.endpoint}`
    await door.knock({ path, signature: 'nonsense' })
    const { organization } = other
    const person = { userUri: 'https://api.calendly.com/users/p', organization, subject: 'p' }
    const colleague = await aTenant(door.api, person)
    await door.knock({ path: `/webhooks/calendly/${colleague.endpoint}`, signature: 'nonsense' })
    await until(async () => ids(await list(organization)).length === 2)

    const page = await list(organization, '?limit=1')
    const next = await list(organization, `?limit=1&cursor=${String(page.body['next_cursor'])}`)
    assert.deepEqual(
      [...ids(page), ...ids(next)],
      [other.integrationId, colleague.integrationId].toSorted(),
    )
    assert.equal(next.body['next_cursor'], null)
    assert.ok(!ids(await list(door.tenant.organization)).includes(other.integrationId))
  })

  it('are nobody’s business but an admin’s', async () => {
    const { status } = await call('/api/rejections', { token: door.tenant.token })

    assert.equal(status, 403)
  })
})
