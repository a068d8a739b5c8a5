import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  endpointOf,
  type ListedHook,
  nextStep,
  type OwnGeneration,
} from '../../domain/reconciliation.ts'

const BASE = 'https://hooks.acme.test'
const EVENTS = ['invitee.created', 'invitee.canceled']
const ACCOUNT = 'https://api.calendly.com/users/rita'
const DESIRED = { baseUrl: BASE, events: EVENTS, scope: 'user', accountUserUri: ACCOUNT } as const

const endpoint = (n: number): string => `endpoint_${String(n).padStart(16, '0')}`

const own = (n: number, more: Partial<OwnGeneration> = {}): OwnGeneration => ({
  generation: n,
  endpoint: endpoint(n),
  callbackUrl: `${BASE}/webhooks/calendly/${endpoint(n)}`,
  state: 'live',
  accountUserUri: ACCOUNT,
  accountOrganizationUri: null,
  ...more,
})

const hook = (callbackUrl: string, more: Partial<ListedHook> = {}): ListedHook => ({
  uri: `https://api.calendly.com/webhook_subscriptions/${callbackUrl.slice(-8)}`,
  callbackUrl,
  state: 'active',
  events: EVENTS,
  scope: 'user',
  retryStartedAt: null,
  ...more,
})

describe('reconciliation', () => {
  it('creates a hook where the provider lists none', () => {
    const step = nextStep(DESIRED, [], [])

    assert.deepEqual(step, { do: 'create', generation: null, why: 'missing' })
  })

  it('creates the same generation again when its creation may have been lost', () => {
    const step = nextStep(DESIRED, [own(3, { state: 'creating' })], [])

    assert.deepEqual(step, { do: 'create', generation: 3, why: 'missing' })
  })

  it('keeps a healthy hook and does nothing', () => {
    const step = nextStep(DESIRED, [own(1)], [hook(own(1).callbackUrl)])

    assert.deepEqual(step, {
      do: 'keep',
      keep: hook(own(1).callbackUrl),
      generation: 1,
      surplus: [],
    })
  })

  for (const [illness, more] of [
    ['disabled', { state: 'disabled' }],
    ['wrong events', { events: ['invitee.created'] }],
    ['wrong scope', { scope: 'organization' }],
  ] as const)
    it(`replaces a hook that is ill: ${illness}`, () => {
      const ill = hook(own(1).callbackUrl, more)
      const fresh = hook(own(2).callbackUrl)

      const before = nextStep(DESIRED, [own(1)], [ill])
      const after = nextStep(DESIRED, [own(1), own(2)], [ill, fresh])

      assert.deepEqual(before, { do: 'create', generation: null, why: illness })
      assert.deepEqual(after, {
        do: 'keep',
        keep: fresh,
        generation: 2,
        surplus: [{ hook: ill, why: illness }],
      })
    })

  it('names every hook of ours but the newest healthy one as surplus, each with its reason', () => {
    const [one, two, three] = [1, 2, 3].map((n) => hook(own(n).callbackUrl))
    const disabled = hook(own(4).callbackUrl, { state: 'disabled' })
    const listed = [one, disabled, three, two].filter((found) => found !== undefined)

    const step = nextStep(DESIRED, [own(1), own(2), own(3), own(4)], listed)

    assert.ok(step.do === 'keep')
    assert.equal(step.generation, 3)
    assert.deepEqual(
      step.surplus.map(({ why }) => why),
      ['duplicate', 'disabled', 'duplicate'],
    )
  })

  it('replaces a hook under an old base URL, and deletes it after the new one stands', () => {
    const old = own(1, { callbackUrl: `https://old.acme.test/webhooks/calendly/${endpoint(1)}` })

    const step = nextStep(DESIRED, [old], [hook(old.callbackUrl)])

    assert.deepEqual(step, { do: 'create', generation: null, why: 'old base URL' })
  })

  it('never uses a generation that was made for another account', () => {
    const others = own(1, {
      state: 'creating',
      accountUserUri: 'https://api.calendly.com/users/omar',
    })

    const step = nextStep(DESIRED, [others], [])

    assert.deepEqual(step, { do: 'create', generation: null, why: 'missing' })
  })

  it('recognises our endpoint under any base URL and nobody else’s', () => {
    assert.equal(endpointOf(`http://localhost:3000/webhooks/calendly/${endpoint(7)}`), endpoint(7))
    assert.equal(endpointOf('https://crm.example/webhooks/calendly/short'), undefined)
    assert.equal(endpointOf(`https://crm.example/other/${endpoint(7)}`), undefined)
  })

  it('reaches one live hook of ours from any state in three passes, and touches no foreign one', () => {
    fc.assert(
      fc.property(worlds, ({ generations, hooks }) => {
        const world = simulate(generations, hooks)

        const ours = world.hooks.filter(({ callbackUrl }) =>
          world.own.some((generation) => generation.callbackUrl === callbackUrl),
        )
        assert.equal(ours.length, 1)
        assert.equal(ours[0]?.state, 'active')
        assert.deepEqual(
          world.hooks.filter(({ uri }) => uri.endsWith('/foreign')),
          hooks.filter(({ uri }) => uri.endsWith('/foreign')),
        )
      }),
      { numRuns: 1000 },
    )
  })
})

const worlds = fc
  .record({
    states: fc.array(
      fc.record({
        state: fc.constantFrom('creating', 'live', 'retired', 'deleted'),
        isOldBase: fc.boolean(),
        listed: fc.constantFrom('no', 'active', 'disabled', 'twice'),
        events: fc.constantFrom(EVENTS, ['invitee.created'], EVENTS.toReversed()),
      }),
      { maxLength: 5 },
    ),
    foreign: fc.nat({ max: 3 }),
  })
  .map(({ states, foreign }) => {
    const generations = states.map(({ state, isOldBase }, n) =>
      own(n, {
        state,
        ...(isOldBase && { callbackUrl: `https://old.test/webhooks/calendly/${endpoint(n)}` }),
      }),
    )
    const hooks = states.flatMap(({ listed, events }, n): ListedHook[] => {
      const callbackUrl = generations[n]?.callbackUrl ?? ''
      if (listed === 'no') return []
      const one = hook(callbackUrl, {
        state: listed === 'disabled' ? 'disabled' : 'active',
        events,
      })
      const two = { ...one, uri: `${one.uri}-again`, scope: 'organization' }
      return listed === 'twice' ? [one, two] : [one]
    })
    const foreigners = Array.from({ length: foreign }, (_, n) =>
      hook(`https://crm${n}.example/webhooks/calendly/${endpoint(90 + n)}`, {
        uri: `https://api.calendly.com/webhook_subscriptions/${n}/foreign`,
      }),
    )
    return { generations, hooks: [...hooks, ...foreigners] }
  })

/** Plays the provider: three passes, and the last one finds nothing to do. */
function simulate(generations: readonly OwnGeneration[], listed: readonly ListedHook[]) {
  const world = { own: [...generations], hooks: [...listed] }
  for (let pass = 1; pass <= 3; pass += 1) {
    const step = nextStep(DESIRED, world.own, world.hooks)
    if (step.do === 'keep') {
      if (step.surplus.length === 0) return world
      const gone = new Set(step.surplus.map(({ hook: { uri } }) => uri))
      world.hooks = world.hooks.filter(({ uri }) => !gone.has(uri))
    }
    if (step.do === 'create') {
      const made = world.own.find(({ generation }) => generation === step.generation)
      const generation = made ?? own(100 + pass, { state: 'creating' })
      if (made === undefined) world.own.push(generation)
      world.hooks.push(hook(generation.callbackUrl, { uri: `made-${pass}` }))
    }
  }
  return assert.fail('does not converge')
}
