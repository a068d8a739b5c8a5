import type { Browser, BrowserContextOptions } from 'playwright-core'
import { buildConsole } from '../../console/build.ts'
import { launchBrowser, openVisitor } from './console-browser.ts'
import type { WatchedPage } from './console-browser.ts'
import { startConsoleServer } from './console-server.ts'
import type { ConsoleServer } from './console-server.ts'

/** What every test of the console in a browser needs; the server is the running test's own. */
export interface ConsoleSetup {
  readonly server: ConsoleServer
  /** Promises a fresh visitor, who leaves when the test ends. */
  readonly visit: (options?: BrowserContextOptions) => Promise<WatchedPage>
}

/** Builds the console and opens a browser for this suite, and a server for each of its tests. */
export function setUpConsole(): ConsoleSetup {
  let browser: Browser
  let server: ConsoleServer

  before(async () => {
    await buildConsole()
    browser = await launchBrowser()
  })
  after(() => browser.close())
  beforeEach(async () => {
    server = await startConsoleServer()
  })
  afterEach(async () => {
    await Promise.all(browser.contexts().map((it) => it.close()))
    await server.close()
  })

  return {
    get server() {
      return server
    },
    visit: (options) => openVisitor(browser, options),
  }
}
