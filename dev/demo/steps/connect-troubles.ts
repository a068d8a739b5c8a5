import { type ConnectPlan, connectAccount } from '../account.ts'
import type { Step } from '../step.ts'

/** What the provider does to a connect, and what the person must be told in the end. */
interface Trouble {
  readonly name: string
  readonly shows: string
  /** The faults to plant; those that say no user get the account's own. */
  readonly faults: readonly Readonly<Record<string, unknown>>[]
  readonly outcome: 'live' | 'polling' | 'needsScope' | 'needsAdmin'
  /** What the reason must speak of. */
  readonly reason?: RegExp
  /** What `create` was truly answered on the way. */
  readonly answer?: number
  /** Whether the page after the consent can only tell of progress. */
  readonly isSlow?: boolean
  readonly plan?: ConnectPlan
}

/** Within this a person is told something. */
const TOLD_WITHIN_MS = 5_000

/** The longest of them waits for a limit of the provider to pass, and then some. */
const ENDS_WITHIN_MS = 45_000

const CREATE = 'POST /webhook_subscriptions'

/** The body of the provider's own 409. */
const TAKEN = { title: 'Already Exists', message: 'Hook with this url already exists' }

const TROUBLES: readonly Trouble[] = [
  {
    name: 'connect-slow-create',
    shows: 'create answers after 8 s: progress, then live',
    faults: [{ kind: 'hang', route: CREATE, times: 1, seconds: 8 }],
    outcome: 'live',
    isSlow: true,
  },
  {
    name: 'connect-429',
    shows: 'too many requests for 7 s: progress, then live',
    faults: [{ kind: '429', route: CREATE, times: 1, seconds: 7 }],
    outcome: 'live',
    answer: 429,
    isSlow: true,
  },
  {
    name: 'connect-500',
    shows: 'create breaks once: live all the same',
    faults: [{ kind: '500', route: CREATE, times: 1 }],
    outcome: 'live',
    answer: 500,
  },
  {
    name: 'connect-409',
    shows: 'the provider says that it has this hook already: live, with one hook',
    faults: [{ kind: 'status', status: 409, body: TAKEN, route: CREATE, times: 1 }],
    outcome: 'live',
    answer: 409,
  },
  {
    name: 'connect-lost-answer',
    shows: 'create is done but its answer is lost: live, with one hook',
    faults: [{ kind: 'drop', route: CREATE, times: 1 }],
    outcome: 'live',
  },
  {
    name: 'connect-plan',
    shows: 'the plan refuses webhooks: polling, in words',
    faults: [{ kind: 'plan-refused' }],
    outcome: 'polling',
    reason: /plan/i,
  },
  {
    name: 'connect-scope',
    shows: 'the grant lacks a scope: needsScope, in words',
    faults: [{ kind: 'scope-missing', scopes: ['webhooks:write'] }],
    outcome: 'needsScope',
    reason: /permission|scope/i,
  },
  {
    name: 'connect-role',
    shows: 'no admin of the organization: needsAdmin, in words',
    faults: [{ kind: 'role', role: 'user' }],
    outcome: 'needsAdmin',
    reason: /role|admin/i,
    plan: { scope: 'organization' },
  },
]

/**
 * Connects of fresh accounts that the provider gives trouble. Sabotaged, the trouble is another:
 * where the end should be live the plan refuses, and where a refusal should be told there is none.
 */
export const connectTroubles: readonly Step[] = TROUBLES.map((trouble) => ({
  name: trouble.name,
  shows: trouble.shows,
  together: 'troubles',
  async run({ control, ...setting }, isSabotaged) {
    const others = trouble.outcome === 'live' ? [{ kind: 'plan-refused' }] : []
    const faults = isSabotaged ? others : trouble.faults
    const made = await connectAccount(
      { control, ...setting },
      {
        ...trouble.plan,
        withinMs: ENDS_WITHIN_MS,
        async before(user) {
          for (const fault of faults) await control.fault({ user, ...fault })
        },
      },
    )
    const hooks = await control.hooksOf(made.account.email)
    const { status, webhook_active: isActive } = await made.account.rest.integration(
      made.account.integrationId,
    )
    const isTold = made.pageMs < TOLD_WITHIN_MS && (made.toldProgress || !trouble.isSlow)
    const isEnd = made.outcome === trouble.outcome && status === trouble.outcome
    const answers = await control.answersTo(CREATE, made.account.email)
    const isAnswered = trouble.answer === undefined || (answers[trouble.answer] ?? 0) > 0
    const isReason = trouble.reason?.test(made.reason ?? '') ?? true
    const expectsHook = trouble.outcome === 'live'
    return {
      ok:
        isTold &&
        isEnd &&
        isReason &&
        isAnswered &&
        isActive === expectsHook &&
        hooks.length === (expectsHook ? 1 : 0),
      ms: made.ms,
      evidence: {
        attempt: made.attemptId,
        outcome: made.outcome,
        reason: made.reason,
        toldAfterMs: Math.round(made.pageMs),
        toldProgressFirst: made.toldProgress,
        createAnswers: Object.entries(answers)
          .map(([status, times]) => `${times} × ${status}`)
          .join(', '),
        hooks: hooks.length,
      },
    }
  },
}))
