import { parseArgs } from 'node:util'
import { sail } from './voyage.ts'
import { sailRightly } from './expectations.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    /** An hour of an owner's life, shortened. */
    interval: { type: 'string', default: '60' },
    seed: { type: 'string', default: '3' },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)
try {
  const voyage = await sail({
    count: Number(values.count),
    intervalSeconds: Number(values.interval),
    booked: 100,
    seed: Number(values.seed),
    log: say,
  })
  say(JSON.stringify(voyage, null, 2))
  sailRightly(voyage, Number(values.count))
  say(`${voyage.count} integrations on one worker: well`)
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
}
process.exit()
