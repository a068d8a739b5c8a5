import type { VisitedPage } from './browser.ts'
import { createBrowser } from './browser.ts'
import { machineMs } from './machine-clock.ts'

/** What a person clicks on the provider's page, and as whom. */
export interface Answer {
  readonly decision: 'approve' | 'deny'
  readonly userUri: string
}

/** The page that the click led to, and when the click and its answer were. */
export interface Answered {
  readonly page: VisitedPage
  readonly clicked: number
  readonly told: number
}

/** Goes to the consent page as a fresh browser does, and answers it. */
export async function answerConsent(authorizeUrl: string, answer: Answer): Promise<Answered> {
  const browser = createBrowser()
  const consent = await browser.submit(await browser.open(authorizeUrl), {})
  if (!consent.html.includes('name="decision"'))
    throw new Error(
      `no consent page to answer: ${consent.status} at ${new URL(consent.url).origin}`,
    )
  const clicked = machineMs()
  const page = await browser.submit(consent, {
    decision: answer.decision,
    user: answer.userUri.split('/').at(-1) ?? '',
  })
  return { page, clicked, told: machineMs() }
}
