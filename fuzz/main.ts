import { parseArgs } from 'node:util'
import { calendlyWebhook } from '../providers/calendly/client.ts'
import { fuzzInside } from './inside.ts'
import { fuzzOverHttp } from './over-http.ts'
import { openPlace } from './place.ts'
import { createTally } from './tally.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    http: { type: 'string', default: '5000' },
    valid: { type: 'string', default: '5000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
const [inputs, http, valid, seed] = [values.inputs, values.http, values.valid, values.seed].map(
  Number,
) as [number, number, number, number]
if (![inputs, http, valid, seed].every(Number.isSafeInteger) || http > inputs) {
  say('usage: npm run fuzz -- [--inputs 100000] [--http 5000, of these over HTTP]')
  say('         [--valid 5000, beside them] [--seed N, to repeat a run]')
  process.exit(2)
}

const tally = createTally()
const givenUp = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => givenUp.abort())

say(`seed ${seed}`)
await fuzzInside({ seed, count: inputs - http, webhook: calendlyWebhook }, tally)
say(`${tally.forged} inputs behind the frame of HTTP`)

say('starting PostgreSQL, Temporal, sandbox, api, worker')
const place = await openPlace(givenUp.signal)
try {
  const run = { seed, forged: http, valid }
  const stored = await fuzzOverHttp(place, run, tally)
  say(`${http} inputs over HTTP, beside ${valid} valid ones and ${Math.ceil(valid / 10)} odd`)
  say(`${stored} deliveries stored`)
} finally {
  await place.stop()
}

for (const kind of [...tally.kinds.keys()].toSorted()) say(`  ${kind}: ${tally.kinds.get(kind)}`)
for (const mishap of tally.mishaps) say(mishap)
say(`${tally.forged} inputs, ${tally.accepted} accepted, ${tally.errors} errors`)
process.exitCode = tally.accepted + tally.errors === 0 ? 0 : 1
