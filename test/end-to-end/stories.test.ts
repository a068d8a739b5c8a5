import assert from 'node:assert/strict'
import { type Stack, startStack } from '../../dev/stack.ts'
import { type IntegrationLook, type Person, personOf } from '../support/people.ts'
import { endWithUs } from '../support/end-with-us.ts'
import { type Witness, witnessOf } from '../support/sandbox-people.ts'
import { tell } from '../support/tell.ts'
import { until } from '../support/until.ts'

/** Somebody of ours who has just connected an account of their own. */
interface Connected {
  readonly person: Person
  readonly account: string
  readonly before: IntegrationLook
}

describe('the four stories of an integration, with the running processes', function storiesSuite() {
  this.timeout(120_000)
  let stack: Stack
  let witness: Witness
  let met = 0
  before(async () => {
    stack = endWithUs(await startStack({ env: { LOG_LEVEL: 'error' } }))
    witness = witnessOf(stack.urls.sandbox)
  })
  after(() => stack.stop())

  async function anAccount(): Promise<string> {
    met += 1
    const account = `host-${met}@stories.test`
    await witness.addAccount(account)
    return account
  }
  async function connected(): Promise<Connected> {
    const account = await anAccount()
    const person = await personOf(stack, { sub: `user-${met}`, org: 'stories' })
    const { outcome, integrationId } = await person.connect(account)
    assert.equal(outcome, 'live')
    return { person, account, before: await person.integration(integrationId ?? '') }
  }
  async function arrives(person: Person, account: string, email: string): Promise<void> {
    await witness.book(account, email)
    await until(async () => (await prospects(person)).includes(email))
  }
  const standing = async (account: string): Promise<string[]> =>
    (await witness.hooks(account)).map(({ uri, state }) => `${state} ${uri}`)

  it('first connect: live with one hook that the provider lists, and the next booking arrives', async () => {
    const { person, account, before } = await connected()

    await arrives(person, account, 'pat-first@prospect.test')

    assert.equal(before.provider_account_email, account)
    assert.equal(before.webhook_active, true)
    assert.deepEqual(await standing(account), [`active ${before.webhook_subscription_uri}`])
    const [hook] = await witness.hooks(account)
    assert.equal(hook?.callback_url, before.callback_url)
    assert.ok(hook?.callback_url.startsWith(`${stack.urls.api}/webhooks/calendly/`))
    assert.deepEqual(await witness.liveTokens(account), [1, 1])
    assert.deepEqual(await prospects(person), ['pat-first@prospect.test'])
  })

  it('reconnect, same account: newer tokens without consent, the same hook, and bookings go on', async () => {
    const { person, account, before } = await connected()

    const { outcome, ms } = await person.operate(before.id, 'reconnect')

    const after = await person.integration(before.id)
    assert.equal(outcome, 'live')
    tell(`reconnected in ${Math.round(ms)} ms`)
    assert.ok((after.token_generation ?? 0) > (before.token_generation ?? 0))
    assert.deepEqual(await standing(account), [`active ${before.webhook_subscription_uri}`])
    assert.equal((await witness.liveTokens(account))[1], 1)
    await arrives(person, account, 'pat-same@prospect.test')
  })

  it('reconnect after the grant was lost: says that consent is needed, and lives on with one hook', async () => {
    const { person, account, before } = await connected()
    await witness.revokeApp(account)

    const asked = await person.operate(before.id, 'reconnect')
    const told = await person.integration(before.id)
    assert.ok(asked.asked, 'no way to the consent was told')
    const again = await person.approve(asked.asked, account)

    assert.equal(told.status, 'needsReconnect')
    assert.match(told.next_step ?? '', /Reconnect/)
    assert.deepEqual([again.outcome, again.integrationId], ['live', before.id])
    const hooks = await witness.hooks(account)
    assert.deepEqual(
      hooks.map(({ state }) => state),
      ['active'],
    )
    await arrives(person, account, 'pat-lost@prospect.test')
  })

  it('reconnect, other account: the old one keeps nothing of ours, the new one brings the bookings', async () => {
    const { person, account, before } = await connected()
    await arrives(person, account, 'pat-old@prospect.test')
    const other = await anAccount()

    const { outcome, integrationId } = await person.connect(other)

    await until(async () => (await witness.hooks(account)).length === 0)
    await until(async () => (await witness.liveTokens(account)).every((count) => count === 0))
    const after = await person.integration(before.id)
    assert.deepEqual([outcome, integrationId], ['live', before.id])
    assert.equal(after.provider_account_email, other)
    assert.deepEqual(await standing(other), [`active ${after.webhook_subscription_uri}`])
    await witness.book(account, 'pat-nobody@prospect.test')
    await arrives(person, other, 'pat-new@prospect.test')
    assert.deepEqual((await prospects(person)).toSorted(), [
      'pat-new@prospect.test',
      'pat-old@prospect.test',
    ])
  })

  it('disconnect: no hook, no token, no later booking; once more is harmless, a stranger finds nothing', async () => {
    const { person, account, before } = await connected()
    await arrives(person, account, 'pat-before@prospect.test')
    const neighbour = await connected()

    const gone = await person.operate(before.id, 'disconnect')
    const again = await person.operate(before.id, 'disconnect')

    await until(async () => (await witness.hooks(account)).length === 0)
    await until(async () => (await witness.liveTokens(account)).every((count) => count === 0))
    assert.deepEqual([gone.outcome, again.outcome], ['disconnected', 'disconnected'])
    const { status, is_active, webhook_active, webhook_subscription_uri } =
      await person.integration(before.id)
    assert.deepEqual(
      [status, is_active, webhook_active, webhook_subscription_uri],
      ['disconnected', false, false, null],
    )
    await witness.book(account, 'pat-after@prospect.test')
    await assert.rejects(neighbour.person.operate(before.id, 'disconnect'), /answered 404/)
    await arrives(neighbour.person, neighbour.account, 'pat-next-door@prospect.test')
    assert.deepEqual(await prospects(person), ['pat-before@prospect.test'])
  })
})

const prospects = async (person: Person): Promise<string[]> =>
  (await person.all<{ email: string }>('/api/prospects')).map(({ email }) => email)
