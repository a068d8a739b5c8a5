import { parseArgs } from 'node:util'
import type { Figure } from './figure.ts'
import { rowOf } from './figure.ts'
import { accept } from './questions/accept.ts'
import { besieged } from './questions/besieged.ts'
import { drain } from './questions/drain.ts'
import { idle } from './questions/idle.ts'
import { memory } from './questions/memory.ts'
import { visible } from './questions/visible.ts'
import { openStand } from './stand.ts'

/** In this order: memory at rest is seen before any load, and many integrations are no load's peer. */
const QUESTIONS = { memory, accept, besieged, visible, drain, idle } as const
type Question = keyof typeof QUESTIONS

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    percent: { type: 'string', default: '100' },
  },
})
const asked = Object.keys(QUESTIONS).filter(
  (name): name is Question => values.only === undefined || values.only.split(',').includes(name),
)
const [rounds, percent] = [Number(values.rounds), Number(values.percent)]
const isSensible = asked.length > 0 && Number.isInteger(rounds) && rounds > 0 && percent > 0
if (!isSensible) {
  console.error(
    'usage: npm run bench -- [--json] [--only accept|besieged|visible|drain|memory|idle]',
  )
  console.error('         [--rounds 5] [--percent 100, less for a quick look]')
  process.exit(2)
}

const log = (line: string): void => {
  if (!values.json) console.log(line)
}
const tell = (figure: Figure): void =>
  console.log(values.json ? JSON.stringify(figure) : rowOf(figure))

const givenUp = new AbortController()
const opening = openStand(log, givenUp.signal)
let ending: Promise<void> | undefined
/** Ends everything that was started, once, also when the start is still under way. */
const end = (): Promise<void> =>
  (ending ??= opening.then(
    (opened) => opened.stop(),
    () => undefined,
  ))
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    givenUp.abort()
    void end().finally(() => process.exit(1))
  })

const figures: Figure[] = []
try {
  const stand = await opening
  for (const name of asked)
    figures.push(...(await QUESTIONS[name](stand, { rounds, percent, log })))
} catch (error) {
  console.error(`the bench failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await end()
}
log('\nmedian (least to greatest); floor; product by floor')
for (const figure of figures) tell(figure)
