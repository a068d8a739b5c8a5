import assert from 'node:assert/strict'
import { openWorld, type World } from '../db/world.ts'
import { setStage, type Stage } from '../support/connected.ts'
import { REFRESH_FAULTS, refreshUntilDecided, worksAtProvider } from '../support/refresh-faults.ts'
import { credentialsOf, tokensOf } from '../support/sandbox-looks.ts'

/** What the provider does with a refresh token that comes a second time. */
const FORGIVING = { strict: false, revoke_family: false, 'grace:60': true, reusable: true }

describe('activities: refreshing, whatever goes wrong', () => {
  let world: World
  let stage: Stage
  before(async () => void (world = await openWorld()))
  after(() => world.close())
  afterEach(() => stage.close())

  for (const [tokenMode, isForgiving] of Object.entries(FORGIVING))
    for (const fault of REFRESH_FAULTS) {
      const isSaved = !fault.usesUp || isForgiving || fault.isKept === true
      const end = isSaved ? 'stays alive' : 'asks for a reconnect'

      it(`${end} when ${fault.name}, at a provider that is ${tokenMode}`, async () => {
        stage = await setStage(world, { patienceMs: 500, sandbox: { calendly: { tokenMode } } })
        await stage.connect()
        await stage.advance(4_000)

        await fault.first(stage, world)
        const decided = await refreshUntilDecided(stage)

        const look = await tokensOf(stage.visitor)
        assert.equal(decided, isSaved ? 'alive' : 'dead')
        // What looks alive works, and what does not work says so.
        assert.equal(await worksAtProvider(stage, world), isSaved)
        const rows = await credentialsOf(world, stage.job())
        assert.deepEqual(rows, isSaved ? ['2 current'] : ['1 dead'])
        const presented = fault.usesUp && fault.isKept !== true && tokenMode !== 'reusable' ? 1 : 0
        assert.equal(look.presented_again, presented)
        assert.ok(look.token_calls <= 4, `${look.token_calls} token calls`)
      })
    }
})
