import type { CalcomControl } from './calcom-control.ts'
import { createCalcomControl } from './calcom-control.ts'
import type { CoachingRest } from './coaching-rest.ts'
import { createCoachingRest } from './coaching-rest.ts'
import { createRest } from './rest.ts'
import type { Account, Setting } from './setting.ts'

/** A coach: their account at Cal.com, and a client with a package of credits. */
export interface Coach {
  /** The account's address at the provider. */
  readonly email: string
  readonly calcom: CalcomControl
  readonly rest: CoachingRest
  /** The same, as whoever looks after integrations sees them. */
  readonly account: Account
  readonly userId: string
  readonly integrationId: string
  readonly attemptId: string
  readonly outcome: string | null
  readonly client: { readonly id: string; readonly email: string; readonly name: string }
  readonly packageId: string
}

/** What the demo's client has paid for. */
const CREDITS = 5

/** How the coach connects, and how many credits the client gets. */
export interface CoachPlan {
  readonly isKeyRevoked?: boolean
  readonly credits?: number
}

/** Connects a fresh coach by an API key, and gives them a client with credits. */
export async function connectCoach(setting: Setting, plan: CoachPlan = {}): Promise<Coach> {
  const calcom = createCalcomControl(setting.system.sandbox)
  const name = setting.unique('coach')
  const email = `${name}@demo.example`
  await calcom.createUser({ email, name })
  const key = await calcom.issueKey(email)
  if (plan.isKeyRevoked === true) await calcom.fault({ kind: 'key-revoked', user: email })
  const token = await setting.token({})
  const rest = createCoachingRest(setting.system.api, token)
  const { user_id: userId } = await rest.me()
  const connected = await rest.connect(key)
  const integrationId = connected.integrationId ?? ''
  const account = { email, token, rest: createRest(setting.system.api, token), integrationId }
  if (connected.integrationId !== null) setting.accounts.push(account)
  const person = { email: `${setting.unique('client')}@demo.example`, name: 'Clio Client' }
  const { id: clientId } = await rest.addClient(person)
  const { id: packageId } = await rest.addPackage({
    clientId,
    hostUserId: userId,
    sessionsTotal: plan.credits ?? CREDITS,
  })
  return {
    email,
    calcom,
    rest,
    account,
    userId,
    integrationId,
    attemptId: connected.attemptId,
    outcome: connected.outcome,
    client: { id: clientId, ...person },
    packageId,
  }
}
