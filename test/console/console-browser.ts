import assert from 'node:assert/strict'
import packedChromium from '@sparticuz/chromium'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { GOOD_TOKEN } from './console-server.ts'
import type { ConsoleServer } from './console-server.ts'

/** The package relaxes the rules of the web for scrapers; here they are what is tested. */
const RELAXED = [
  '--disable-web-security',
  '--disable-site-isolation-trials',
  '--allow-running-insecure-content',
  '--single-process',
]

/** Promises a real Chromium without a screen. */
export async function launchBrowser(): Promise<Browser> {
  const args = packedChromium.args.filter((it) => !RELAXED.includes(it))
  return chromium.launch({
    executablePath: await packedChromium.executablePath(),
    args: [...args, '--no-sandbox'],
  })
}

/** A page and everything it complained about. */
export interface WatchedPage {
  readonly page: Page
  /** Fails when the page complained of anything but what is expected. */
  readonly assertQuiet: (expected?: RegExp) => void
}

/** Promises a fresh visitor whose console errors, policy violations and exceptions are noted. */
export async function openVisitor(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Paris',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(8000)
  const complaints: string[] = []
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return {
    page: await context.newPage(),
    assertQuiet: (expected) =>
      assert.deepEqual(
        complaints.filter((it) => !expected?.test(it)),
        [],
      ),
  }
}

/** Lets the visitor in, as a link with a token does, and waits until news can arrive. */
export async function enter(page: Page, server: ConsoleServer, path = '/'): Promise<void> {
  await page.goto(`${server.appUrl}${path}#token=${GOOD_TOKEN}`)
  await page.locator('[data-connection="live"]').waitFor()
}
