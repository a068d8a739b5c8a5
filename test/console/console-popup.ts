import type { Page } from 'playwright-core'
import type { ConsoleServer } from './console-server.ts'

/** Clicks the button that opens the consent window, and promises that window at the API. */
export async function openPopup(
  page: Page,
  server: ConsoleServer,
  button = 'Connect Calendly',
): Promise<Page> {
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: button, exact: true }).click()
  const popup = await opened
  await popup.waitForURL(`${server.apiUrl}/oauth/**`)
  return popup
}

/** Lets the consent window tell its opener how it ended. */
export const post = (popup: Page, outcome: string | null) =>
  popup.evaluate(
    `opener.postMessage({ type: 'rendezvous:connect', attemptId: 'attempt-1', outcome: ${JSON.stringify(outcome)} }, '*')`,
  )
