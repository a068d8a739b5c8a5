import assert from 'node:assert/strict'
import { createSandboxControl } from '../../dev/demo/sandbox-control.ts'
import { STEPS } from '../../dev/demo/steps.ts'
import { until } from '../../dev/demo/until.ts'
import type { Stack } from '../../dev/stack.ts'
import { startStack } from '../../dev/stack.ts'
import { runDemo } from './run-demo.ts'

/** These connect accounts of their own to a provider that gives trouble; the others share one. */
const TROUBLES = STEPS.map(({ name }) => name).filter((name) => name.startsWith('connect-'))
const PLAIN = STEPS.map(({ name }) => name).filter((name) => !name.startsWith('connect-'))

/** What is lost on purpose need not be waited for as long as a person would. */
const IMPATIENT = ['--patience', '1500']

describe('the demo', function () {
  this.timeout(120_000)
  let stack: Stack
  let env: Record<string, string>

  before(async () => {
    stack = await startStack()
    env = {
      RENDEZVOUS_URL: stack.urls.api,
      RENDEZVOUS_HOME: stack.home,
      SANDBOX_PORT: new URL(stack.urls.sandbox).port,
    }
    // Processes that have just started compile what they run first: not what is tested here.
    await runDemo(only(['connect', 'booking-to-socket']), env)
  })

  after(() => stack?.stop())

  it('shows every step on a running system, and leaves no hook behind', async () => {
    const { code, results, stderr } = await runDemo([], env)

    assert.deepEqual(failedOf(results), [], JSON.stringify(results.filter(({ ok }) => !ok)))
    assert.deepEqual(
      results.map(({ step }) => step),
      STEPS.map(({ name }) => name),
    )
    assert.equal(code, 0)
    assert.match(stderr, /the running system at/)
    await assertNoHooks(stack)
  })

  for (const name of PLAIN) {
    it(`says no to ${name}, and to nothing else, when just that is sabotaged`, async () => {
      const args = ['--sabotage', name, ...only(PLAIN), ...IMPATIENT]

      const { code, results } = await runDemo(args, env)

      assert.deepEqual(failedOf(results), [name], JSON.stringify(results))
      assert.equal(results.length, PLAIN.length)
      assert.equal(code, 1)
    })
  }

  it('says no to each trouble at connect when it is another than the step shows', async () => {
    const args = [...TROUBLES.flatMap((name) => ['--sabotage', name]), ...IMPATIENT]

    const { code, results } = await runDemo(args, env)

    assert.deepEqual(failedOf(results), TROUBLES, JSON.stringify(results))
    assert.equal(results.length, STEPS.length)
    assert.equal(code, 1)
  })

  it('refuses the name of a step that does not exist, and names those that do', async () => {
    const { code, results, stderr } = await runDemo(['--sabotage', 'nothing'], env)

    assert.equal(code, 2)
    assert.deepEqual(results, [])
    assert.match(stderr, /no step "nothing".*booking-to-socket/)
  })

  it('vouches for no other system than the one it was asked about', async () => {
    const { code, results, stderr } = await runDemo([], {
      ...env,
      RENDEZVOUS_URL: stack.urls.sandbox,
    })

    assert.equal(code, 2)
    assert.deepEqual(results, [])
    assert.match(stderr, /nothing answers at RENDEZVOUS_URL/)
  })
})

const only = (names: readonly string[]): string[] => names.flatMap((name) => ['--only', name])

const failedOf = (results: readonly { step: string; ok: boolean }[]): string[] =>
  results.filter(({ ok }) => !ok).map(({ step }) => step)

/** A disconnect is done in the background: the hooks go one after the other. */
async function assertNoHooks({ urls }: Stack): Promise<void> {
  const control = createSandboxControl(urls.sandbox)
  const { seen } = await until(control.allHooks, (hooks) => hooks.length === 0, 20_000)
  assert.deepEqual(seen, [])
}
