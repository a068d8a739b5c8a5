import { answerConsent } from './answer-consent.ts'
import { createRest } from './rest.ts'
import type { NewUser } from './sandbox-control.ts'
import { until } from './until.ts'
import type { Account, Setting } from './setting.ts'

/** How a connect went, from the person's yes or no. */
export interface Connected {
  readonly account: Account
  readonly attemptId: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly progress: string
  /** From the person's click to the outcome read by REST. */
  readonly ms: number
  /** The page after the consent: whether it only tells of progress, and how long it took. */
  readonly toldProgress: boolean
  readonly pageMs: number
}

/** How a connect is to go. */
export interface ConnectPlan {
  readonly decision?: 'approve' | 'deny'
  readonly scope?: 'organization'
  readonly user?: Partial<NewUser>
  /** Done once the consent is asked for and before the person gives it. */
  readonly before?: (email: string) => Promise<void>
  readonly withinMs?: number
}

/** Connects a fresh account for a fresh user of ours, as a person in a browser does. */
export async function connectAccount(setting: Setting, plan: ConnectPlan = {}): Promise<Connected> {
  const name = setting.unique('host')
  const email = `${name}@demo.example`
  const { uri } = await setting.control.createUser({ email, name, ...plan.user })
  const token = await setting.token(
    // One of each organization, and only an admin may ask for it.
    plan.scope === undefined ? {} : { role: 'admin', org: setting.unique('demo-organization') },
  )
  const rest = createRest(setting.system.api, token)
  const asked = await rest.connect({
    loginHint: email,
    ...(plan.scope === undefined ? {} : { scope: plan.scope }),
  })
  // As late as can be: trouble that lasts for seconds must not pass before it is met.
  await plan.before?.(email)
  const { page, clicked, told } = await answerConsent(asked.authorizeUrl, {
    decision: plan.decision ?? 'approve',
    userUri: uri,
  })
  const { seen, at } = await until(
    () => rest.attempt(asked.attemptId),
    ({ outcome }) => outcome !== null,
    plan.withinMs ?? setting.patienceMs,
  )
  const account = { email, token, rest, integrationId: seen.integrationId ?? '' }
  if (seen.integrationId !== null) setting.accounts.push(account)
  return {
    account,
    attemptId: asked.attemptId,
    outcome: seen.outcome,
    reason: seen.reason,
    progress: seen.progress,
    ms: at - clicked,
    // A page that looks again by itself is one that has no outcome yet.
    toldProgress: page.status === 200 && page.html.includes('http-equiv="refresh"'),
    pageMs: told - clicked,
  }
}
