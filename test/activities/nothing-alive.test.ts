import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { tokensOf } from '../support/sandbox-looks.ts'

const RITA = 'rita@acme.test'
const OMAR = 'omar@acme.test'

describe('activities: nothing stays alive', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  beforeEach(async () => void (stage = await setStage(world)))
  afterEach(() => stage.close())

  const alive = async (email: string): Promise<[number, number]> => {
    const { live_access, live_refresh } = await tokensOf(stage.visitor, email)
    return [live_access, live_refresh]
  }

  async function refreshed(times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      const { token } = await stage.facts()
      await stage.activities.refreshToken({ ...stage.job(), generation: token?.generation ?? 0 })
      await stage.advance(60)
    }
  }

  async function disconnected(): Promise<void> {
    await stage.leave()
    for (const job of ['removeHooks', 'revokeTokens', 'eraseSecrets'] as const)
      assert.equal((await stage.activities[job](stage.job())).kind, 'done')
  }

  it('revokes the access tokens of earlier refreshes, which live on at the provider', async () => {
    await stage.connect()
    await refreshed(7)
    const before = await alive(RITA)

    await disconnected()

    assert.deepEqual(before, [8, 1])
    assert.deepEqual(await alive(RITA), [0, 0])
  })

  it('revokes the former grants of an account that has consented again', async () => {
    await stage.connect()
    await refreshed(1)
    await stage.connect()
    const before = await alive(RITA)

    await disconnected()

    assert.deepEqual(before, [3, 2])
    assert.deepEqual(await alive(RITA), [0, 0])
  })

  it('revokes everything of an account that is left, and nothing of the new one', async () => {
    await stage.connect()
    await refreshed(2)
    await stage.connect({ email: OMAR })
    await refreshed(1)

    await stage.activities.leaveAccount(stage.job())

    assert.deepEqual(await alive(RITA), [0, 0])
    assert.deepEqual(await alive(OMAR), [2, 1])
  })

  it('revokes what was granted and never taken over', async () => {
    await stage.connect()
    await stage.visitor.fault({ kind: '500', route: 'GET /users/me', times: 2 })
    await stage.connect({ email: OMAR })
    await stage.connect({ email: 'lena@solo.test' })

    await disconnected()

    for (const email of [RITA, OMAR, 'lena@solo.test'])
      assert.deepEqual([email, ...(await alive(email))], [email, 0, 0])
  })

  it('gives back at once what a refresh brings after the disconnect', async () => {
    await stage.connect()
    const route = 'POST /oauth/token'
    await stage.visitor.fault({ kind: 'hang', seconds: 1, route, times: 1 })
    const late = stage.activities.refreshToken({ ...stage.job(), generation: 1 })
    const isUnderWay = async () => (await tokensOf(stage.visitor, RITA)).token_calls > 1
    while (!(await isUnderWay())) await pause(5)

    await disconnected()
    const result = await late

    assert.match('found' in result ? result.found : '', /dropped/)
    assert.deepEqual(await alive(RITA), [0, 0])
  })

  it('forgets superseded tokens once they have expired, and keeps a bounded number of them', async () => {
    await stage.connect()
    await refreshed(30)
    const kept = await superseded()
    await stage.advance(7_300)
    await refreshed(1)

    assert.equal(kept, 24)
    assert.equal(await superseded(), 0)
  })

  async function superseded(): Promise<number> {
    const { rowCount } = await world.owner.query(
      `select 1 from credential where organization_id = $1 and role = 'superseded'`,
      [stage.organizationId],
    )
    return rowCount ?? 0
  }
})
