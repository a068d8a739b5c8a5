import { answerConsent } from './answer-consent.ts'
import type { Account, Setting } from './setting.ts'
import { until } from './until.ts'

/** A reconnect may have to try the old access first, and to make a hook. */
const ENDS_WITHIN_MS = 20_000

/** Reconnects as a person does who clicks yes wherever they are asked; promises how it went. */
export async function renew(
  { control }: Pick<Setting, 'control'>,
  { email, rest, integrationId }: Account,
): Promise<{ readonly outcome: string | null; readonly wasAsked: boolean }> {
  const answer = await rest.operate(integrationId, 'reconnect')
  if (answer.outcome !== null && answer.authorizeUrl === undefined)
    return { outcome: answer.outcome, wasAsked: false }
  const user = await control.tokensOf(email)
  if (answer.authorizeUrl !== undefined)
    await answerConsent(answer.authorizeUrl, { decision: 'approve', userUri: user?.user ?? '' })
  return {
    outcome: await outcomeOf(rest, answer.attemptId ?? ''),
    wasAsked: answer.authorizeUrl !== undefined,
  }
}

/** The outcome of an attempt once it has one, or null where it has none in time. */
export async function outcomeOf(rest: Account['rest'], attemptId: string): Promise<string | null> {
  const { seen } = await until(
    () => rest.attempt(attemptId),
    ({ outcome }) => outcome !== null,
    ENDS_WITHIN_MS,
  )
  return seen.outcome
}
