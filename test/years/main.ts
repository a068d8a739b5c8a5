import { parseArgs } from 'node:util'
import { beginAge } from './age.ts'
import { idleDay } from './idle.ts'
import { ageRightly, IDLE_DAY_LIMIT, live } from './life.ts'

/** More than a year, so that every yearly window has moved over itself. */
const { values } = parseArgs({
  options: { days: { type: 'string', default: '400' }, seed: { type: 'string', default: '7' } },
})
const [days, seed] = [Number(values.days), Number(values.seed)]
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const began = Date.now()
const age = await beginAge()
try {
  const life = await live(age, { days, seed, log: say })
  const { theirs, ours, ...counts } = life
  say(JSON.stringify({ ...counts, bookings: theirs.length, recorded: ours.length }, null, 2))
  ageRightly(life)
  const idle = await idleDay(age, 3)
  say(
    `an idle healthy day costs ${idle.all} actions (limit ${IDLE_DAY_LIMIT}): ${JSON.stringify(idle)}`,
  )
  if (idle.all > IDLE_DAY_LIMIT) throw new Error('an idle day costs too much')
  say(`${days} days, seed ${seed}, in ${Math.round((Date.now() - began) / 1_000)} s: well`)
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
} finally {
  await age.end()
}
process.exit()
