import { neededPorts, startSettings } from './settings.ts'
import type { Stack } from './stack.ts'
import { startStack } from './stack.ts'
import { DEMO_ADMIN } from './token.ts'

/** Every child has had its polite seconds by then; whoever waits at the terminal has waited enough. */
const HARD_LIMIT_MS = 20_000

const begun = Date.now()
const log = (line: string): void => console.log(`  ${line}`)
let ending: Promise<never> | undefined
let stack: Promise<Stack> | undefined
const givenUp = new AbortController()

process.once(
  'SIGINT',
  () => void end(0, 'Ctrl-C: ending api, worker, sandbox, Temporal, PostgreSQL'),
)
process.once('SIGTERM', () => void end(0, 'SIGTERM: ending everything'))
await start()

async function start(): Promise<void> {
  try {
    const settings = startSettings(process.env)
    console.log('Rendezvous is starting')
    stack = startStack({
      home: settings.home,
      ports: neededPorts(settings),
      env: settings.chosen,
      hasConsole: true,
      log,
      signal: givenUp.signal,
      onDeath: (reason) => void end(1, reason),
    })
    const running = await stack
    const token = await running.token(DEMO_ADMIN)
    await makeDemoOrganization(running, token)
    if (ending === undefined) console.log(welcome(running, token))
  } catch (error) {
    await end(1, error instanceof Error ? error.message : String(error))
  }
}

/** The first token of an unknown organization makes it. */
async function makeDemoOrganization({ urls }: Stack, token: string): Promise<void> {
  const me = await fetch(`${urls.apis[0]}/api/me`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!me.ok) log(`the demo organization could not be made: /api/me answered ${me.status}`)
}

function welcome({ urls, home }: Stack, token: string): string {
  return `
Rendezvous is ready (${((Date.now() - begun) / 1000).toFixed(1)} s); Ctrl-C ends it.

  console      ${urls.app}
  API          ${urls.api}
  API docs     ${urls.api}/docs
  sandbox      ${urls.sandbox}
  Temporal UI  ${urls.temporalUi}
  database     ${urls.database.app}
  logs         ${home}/logs

Bearer token of an admin of the organization "demo":

${token}
`
}

/** Ends everything once, in order, within the limit; the first reason is the one that counts. */
function end(code: number, reason: string): Promise<never> {
  ending ??= (async () => {
    ;(code === 0 ? console.log : console.error)(`\n${reason}`)
    setTimeout(() => process.exit(1), HARD_LIMIT_MS).unref()
    givenUp.abort()
    const running = await stack?.catch(() => undefined)
    await running?.stop()
    process.exit(code)
  })()
  return ending
}
