import assert from 'node:assert/strict'
import { type Stack, startStack } from '../../dev/stack.ts'
import { chanceOf } from '../support/chance.ts'
import {
  act,
  CROWD,
  gather,
  hooksByAccount,
  inLanes,
  type Member,
  nextDeed,
} from '../support/crowd.ts'
import { endWithUs } from '../support/end-with-us.ts'
import { type Witness, witnessOf } from '../support/sandbox-people.ts'
import { tell } from '../support/tell.ts'
import { until } from '../support/until.ts'

/** Deeds of each member, the first of which is to connect. */
const DEEDS = 4

describe('many users and organizations at once', function isolationSuite() {
  this.timeout(CROWD.users > 100 ? 900_000 : 240_000)
  let stack: Stack
  let witness: Witness
  let crowd: Member[]
  before(async () => {
    stack = endWithUs(await startStack({ env: { LOG_LEVEL: 'error' } }))
    witness = witnessOf(stack.urls.sandbox)
    crowd = await gather(stack, witness, CROWD)
  })
  after(() => stack.stop())

  /** Everybody's hooks and meetings are their own, and as many as they should be. */
  async function assertApart(): Promise<void> {
    await until(async () => {
      const hooks = await hooksByAccount(witness)
      return crowd.every(
        ({ account, isConnected }) => (hooks.get(account)?.length ?? 0) === Number(isConnected),
      )
    })
    const hooks = [...(await hooksByAccount(witness)).values()].flat()
    assert.ok(hooks.every(({ state }) => state === 'active'))
    for (const part of ['key_fingerprint', 'callback_url'] as const)
      assert.equal(new Set(hooks.map((hook) => hook[part])).size, hooks.length, part)
    await inLanes(crowd, async (member) => {
      if (!member.isConnected) return
      const { callback_url } = await member.person.integration(member.integrationId ?? '')
      const own = hooks.find(({ user_email }) => user_email === member.account)
      assert.equal(own?.callback_url, callback_url, member.name)
      let seen: string[] = []
      await until(async () => {
        seen = await bookersOf(member)
        return seen.length >= member.booked.length
      }).catch(() => undefined)
      assert.deepEqual(seen, member.booked.toSorted(), member.name)
    })
  }

  it('has one hook, one key and their own meetings each, whatever the others do at the same time', async () => {
    const chance = chanceOf(CROWD.seed)
    const plans = crowd.map(() => chanceOf(Math.floor(chance() * 2 ** 31)))
    const began = performance.now()

    await inLanes(crowd, async (member, at) => {
      const own = plans[at] as () => number
      for (let deed = 0; deed < DEEDS; deed += 1) await act(member, nextDeed(member, own), witness)
    })

    tell(`${crowd.length} people, ${Math.round(performance.now() - began)} ms`)
    await assertApart()
    assert.equal(await witness.answered(429), 0)
  })

  it('leaves everybody untouched when a third of them disconnects', async () => {
    await inLanes(crowd, async (member) => {
      if (!member.isConnected) await act(member, 'connect', witness)
    })
    await assertApart()
    const chance = chanceOf(CROWD.seed + 1)
    const leaving = crowd.filter(() => chance() < 1 / 3)
    const staying = crowd.filter((member) => !leaving.includes(member))
    const before = await hooksByAccount(witness)

    await Promise.all([
      inLanes(leaving, (member) => act(member, 'disconnect', witness)),
      inLanes(staying, (member) => act(member, 'book', witness)),
    ])

    assert.ok(leaving.length > crowd.length / 5 && staying.length > crowd.length / 2)
    await assertApart()
    const after = await hooksByAccount(witness)
    for (const { account } of staying) assert.deepEqual(after.get(account), before.get(account))
    await inLanes(leaving, async ({ account, name }) =>
      assert.deepEqual(await witness.liveTokens(account), [0, 0], name),
    )
    assert.equal(await witness.answered(429), 0)
  })
})

/** Who has an active booking, as the member's own REST shows it. */
async function bookersOf({ person }: Member): Promise<string[]> {
  const meetings = await person.all<{ invitees: { email: string }[] }>('/api/meetings')
  return meetings.flatMap(({ invitees }) => invitees.map(({ email }) => email)).toSorted()
}
