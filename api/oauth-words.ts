import type { Operation } from '../db/operations.ts'
import type { OperationOutcome } from '../domain/operation.ts'
import type { OAuthPage } from './oauth-page.ts'

export const NOT_OURS: OAuthPage = {
  status: 404,
  title: 'This link is not valid',
  text: 'It is incomplete, or it was not made by this service. Nothing was changed.',
  nextStep: 'Go back to the application and connect again.',
}

export const ALREADY_USED: OAuthPage = {
  status: 410,
  title: 'This link was used already',
  text: 'Each link connects once. Nothing was changed by opening it again.',
  nextStep: 'Go back to the application to see what came of it, or connect again.',
}

const EXPIRED: OAuthPage = {
  status: 410,
  title: 'This link has expired',
  text: 'A link to connect is valid for ten minutes. Nothing was changed.',
  nextStep: 'Go back to the application and connect again.',
}

export const OTHER_BROWSER: OAuthPage = {
  status: 403,
  title: 'This link belongs to another browser',
  text: 'Connecting must end in the browser in which it began. Nothing was changed.',
  nextStep: 'Continue in the other browser, or connect again in this one.',
}

export const FOREIGN = 'foreign' as const

/** What is told of a step that did not go well. */
export const PAGES = {
  otherBrowser: OTHER_BROWSER,
  expired: EXPIRED,
  used: ALREADY_USED,
  foreign: NOT_OURS,
} as const

/** Who is about to be given access: a link may have been sent on to somebody else. */
export interface Asker {
  readonly provider: string
  readonly organization: string
  readonly person: string
}

/** The page before the provider's: nobody gives access without having read to whom. */
export function askingPage(asker: Asker, form: NonNullable<OAuthPage['form']>): OAuthPage {
  const { provider, organization, person } = asker
  return {
    status: 200,
    title: `Connect ${provider} to ${organization}`,
    text:
      `${person} of ${organization} asks for access to a ${provider} account. Whoever signs in ` +
      'next gives access to their own account, and its bookings will arrive there.',
    nextStep: `If you are not ${person}, or did not ask for this yourself, close this page.`,
    form,
  }
}

const TITLES: Readonly<Record<OperationOutcome, string>> = {
  live: 'Connected: bookings arrive at once',
  polling: 'Connected: bookings are fetched every half hour',
  needsAdmin: 'An admin of the account is needed',
  needsScope: 'More permissions are needed',
  needsConsent: 'Your consent is needed again',
  waitingForFirstDelivery: 'Waiting for the first delivery',
  denied: 'Not connected',
  superseded: 'A later request took over',
  paused: 'Paused',
  disconnected: 'Disconnected',
  failed: 'Connecting did not work',
}

/** The page that tells what came of an attempt, or that it is still in progress. */
export function outcomePage(operation: Operation, refreshPath: string): OAuthPage {
  const { id, outcome, reason, nextStep } = operation
  const attempt = { id, outcome }
  if (outcome === null)
    return {
      status: 200,
      title: 'Connecting your account',
      text: 'This takes a moment longer than usual. The page looks again by itself.',
      attempt,
      refreshPath,
    }
  return {
    status: 200,
    title: TITLES[outcome],
    text: reason ?? 'You can close this window.',
    nextStep,
    attempt,
  }
}
