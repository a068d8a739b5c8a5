import type { Rest } from './rest.ts'
import { createRest } from './rest.ts'
import type { Browser } from './browser.ts'
import { createBrowser } from './browser.ts'
import type { NewUser } from './sandbox-control.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/** A user of ours and their account at the provider. */
export interface Account {
  /** The account's address at the provider. */
  readonly email: string
  readonly token: string
  readonly rest: Rest
  readonly integrationId: string
}

/** How a connect went, from the person's yes or no. */
export interface Connected {
  readonly account: Account
  readonly attemptId: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly progress: string
  /** From the person's click to the outcome read by REST. */
  readonly ms: number
  /** What the last page said by its status. */
  readonly pageStatus: number
  /** From the click to the page that told the person something. */
  readonly pageMs: number
}

/** How a connect is to go. */
export interface ConnectPlan {
  readonly decision?: 'approve' | 'deny'
  readonly scope?: 'organization'
  readonly user?: Partial<NewUser>
  /** Done once the account exists and before anything is asked of it. */
  readonly before?: (email: string) => Promise<void>
  readonly withinMs?: number
}

/** Connects a fresh account for a fresh user of ours, as a person in a browser does. */
export async function connectAccount(world: World, plan: ConnectPlan = {}): Promise<Connected> {
  const name = world.unique('host')
  const email = `${name}@demo.example`
  const { uri } = await world.control.createUser({ email, name, ...plan.user })
  await plan.before?.(email)
  const token = await world.token(
    // One of each organization, and only an admin may ask for it.
    plan.scope === undefined ? {} : { role: 'admin', org: world.unique('demo-organization') },
  )
  const rest = createRest(world.system.api, token)
  const asked = await rest.connect({
    loginHint: email,
    ...(plan.scope === undefined ? {} : { scope: plan.scope }),
  })
  const browser = createBrowser()
  const consent = await browser.open(asked.authorizeUrl)
  const clicked = performance.now()
  const page = await decide(browser, consent, {
    decision: plan.decision ?? 'approve',
    user: uri.split('/').at(-1) ?? '',
  })
  const told = performance.now()
  const { seen, at } = await until(
    () => rest.attempt(asked.attemptId),
    ({ outcome }) => outcome !== null,
    plan.withinMs ?? world.patienceMs,
  )
  return {
    account: { email, token, rest, integrationId: seen.integrationId ?? '' },
    attemptId: asked.attemptId,
    outcome: seen.outcome,
    reason: seen.reason,
    progress: seen.progress,
    ms: at - clicked,
    pageStatus: page.status,
    pageMs: told - clicked,
  }
}

async function decide(
  browser: Browser,
  consent: Awaited<ReturnType<Browser['open']>>,
  answer: { decision: string; user: string },
): ReturnType<Browser['submit']> {
  if (!consent.html.includes('name="decision"'))
    throw new Error(
      `no consent page to answer: ${consent.status} at ${new URL(consent.url).origin}`,
    )
  return browser.submit(consent, answer)
}
