import assert from 'node:assert/strict'
import { createSandboxControl } from '../../dev/demo/sandbox-control.ts'
import type { Step } from '../../dev/demo/step.ts'
import { STEPS } from '../../dev/demo/steps.ts'
import { until } from '../../dev/demo/until.ts'
import type { Stack } from '../../dev/stack.ts'
import { startStack } from '../../dev/stack.ts'
import { runDemo } from './run-demo.ts'

const namesOf = (isIn: (step: Step) => boolean): string[] =>
  STEPS.filter(isIn).map(({ name }) => name)

/** These have accounts of their own; the others share one, and the coaching ones a coach. */
const APART = namesOf(({ name, together }) => together !== undefined || name === 'hook-rebuilt')
const COACHING = namesOf(({ name }) => /^calcom-|^series-|^balance$/.test(name))
const PLAIN = namesOf(({ name }) => ![...APART, ...COACHING].includes(name))

/** No two of one run break each other: every step that fails is followed by a fresh coach. */
const COACHING_RUNS = [
  ['calcom-connect', 'series-of-4'],
  ['calcom-booking-to-session', 'balance'],
  ['calcom-cancel-credit-back'],
]

/** A hook that is ill must be found by itself while the test waits. */
const LOOKS_OFTEN = { RECONCILE_SECONDS: '5' }

/** What is lost on purpose need not be waited for as long as a person would. */
const IMPATIENT = ['--patience', '1500']

describe('the demo', function () {
  this.timeout(120_000)
  let stack: Stack
  let env: Record<string, string>

  before(async () => {
    stack = await startStack({ env: LOOKS_OFTEN })
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

  for (const names of COACHING_RUNS) {
    it(`says no to ${names.join(' and ')} alone when just that is sabotaged`, async () => {
      const sabotage = names.flatMap((name) => ['--sabotage', name])

      const { code, results } = await runDemo([...sabotage, ...only(COACHING), ...IMPATIENT], env)

      assert.deepEqual(failedOf(results), names, JSON.stringify(results))
      assert.equal(results.length, COACHING.length)
      assert.equal(code, 1)
    })
  }

  it('says no to each step with an account of its own when that is sabotaged', async () => {
    const args = [...APART.flatMap((name) => ['--sabotage', name]), ...only(APART), ...IMPATIENT]

    const { code, results } = await runDemo(args, env)

    assert.deepEqual(failedOf(results), APART, JSON.stringify(results))
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
