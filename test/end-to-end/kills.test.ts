import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { callJson } from '../../dev/demo/json-client.ts'
import { connectAccount } from '../../dev/demo/account.ts'
import { createSetting, type Setting } from '../../dev/demo/setting.ts'
import { until } from '../../dev/demo/until.ts'
import { type Stack, startStack } from '../../dev/stack.ts'

const BOOKINGS = 80
const KILLED = ['worker', 'api', 'temporal', 'postgres'] as const

/** A booking as the sandbox, the only witness, tells it. */
interface Truth {
  readonly email: string
}

describe('separate processes, killed on the way', function killsSuite() {
  this.timeout(180_000)
  let stack: Stack
  let setting: Setting

  before(async () => {
    // Calendly's own back-off is longer; what matters is that it tries again.
    stack = await startStack({ env: { SANDBOX_FIRST_RETRY_SECONDS: '1', LOG_LEVEL: 'warn' } })
    const { api, sandbox } = stack.urls
    const system = { api, apiUrl: api, sandbox, token: stack.token, told: '', stop: stack.stop }
    setting = createSetting(system, 30_000)
  })
  after(() => stack.stop())

  it('turns every booking into exactly one prospect and one meeting', async () => {
    const { account } = await connectAccount(setting)
    const killing = killEach()

    for (let n = 0; n < BOOKINGS; n += 1) {
      await setting.control.book(account.email, {
        email: `pat-${n}@prospect.test`,
        name: `Pat ${n}`,
      })
      await pause(120)
    }
    await killing

    const { bookings } = await callJson<{ bookings: Truth[] }>(
      `${stack.urls.sandbox}/control/ledger`,
    )
    assert.equal(bookings.length, BOOKINGS)
    const expected = bookings.map(({ email }) => email).toSorted()
    const { seen, isGood } = await until(
      () => emailsOf(account.token, 'prospects'),
      (emails) => emails.length >= BOOKINGS,
      90_000,
    )
    assert.ok(isGood, `${seen.length} of ${BOOKINGS} prospects arrived`)
    assert.deepEqual(seen, expected)
    assert.deepEqual(await emailsOf(account.token, 'meetings'), expected)
  })

  /** SIGKILL, as an out-of-memory killer does it, and a restart as a supervisor does it. */
  async function killEach(): Promise<void> {
    for (const name of KILLED) {
      await pause(1_200)
      const service = stack.child(name)
      service.kill('SIGKILL')
      await until(
        async () => service.isRunning,
        (isRunning) => !isRunning,
        5_000,
      )
      await service.restart()
    }
  }

  /** The invitees of every prospect or meeting that REST shows, all pages. */
  async function emailsOf(token: string, kind: 'prospects' | 'meetings'): Promise<string[]> {
    const emails: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page = await callJson<Page>(
        `${stack.urls.api}/api/${kind}?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
        { token },
      )
      for (const { email, invitees } of page.items)
        emails.push(...(invitees ?? [{ email: email ?? '' }]).map((invitee) => invitee.email))
      cursor = page.next_cursor
    }
    return emails.toSorted()
  }
})

interface Page {
  readonly items: readonly { email?: string; invitees?: { email: string }[] }[]
  readonly next_cursor: string | null
}
