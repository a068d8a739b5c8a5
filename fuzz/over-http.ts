import { createHash } from 'node:crypto'
import { sendRaw } from '../test/api/raw-http.ts'
import type { Fate, Tally } from './tally.ts'
import { inputsFrom } from './inputs.ts'
import type { Input } from './inputs.ts'
import { randomFrom } from './random.ts'
import { bytesOf } from './shipments.ts'
import type { Address } from './shipments.ts'

/** A listening process with one live integration, and a way to see what it has stored. */
export interface Place {
  readonly port: number
  readonly address: Address
  /** Promises the SHA-256 of every stored body, in hexadecimal, one for each row. */
  readonly stored: () => Promise<readonly string[]>
}

export interface HttpRun {
  readonly seed: number
  /** Forgeries to send. */
  readonly forged: number
  /** Valid deliveries among them. */
  readonly valid: number
}

/** Callers at the same time: enough to commit several deliveries together. */
const LANES = 16
/** One odd but authentic delivery for so many valid ones. */
const ODD_ONE_IN = 10
/** Beyond every limit of the door: who gets no answer by then gets none. */
const NO_ANSWER_MS = 25_000

/** Sends forgeries and valid deliveries in any order, and looks that exactly the latter are stored. */
export async function fuzzOverHttp(place: Place, run: HttpRun, tally: Tally): Promise<number> {
  const random = randomFrom(run.seed)
  const inputs = inputsFrom(random, { now: Date.now, frames: true })
  const before = await place.stored()
  const sent: string[] = []
  const left = { forged: run.forged, honest: run.valid, odd: Math.ceil(run.valid / ODD_ONE_IN) }

  function next(): Input | undefined {
    const all = left.forged + left.honest + left.odd
    if (all === 0) return undefined
    const at = random.below(all)
    const kind = at < left.forged ? 'forged' : at < left.forged + left.honest ? 'honest' : 'odd'
    left[kind] -= 1
    return inputs[kind](place.address)
  }

  async function lane(): Promise<void> {
    for (let input = next(); input !== undefined; input = next()) {
      if (input.isAuthentic) sent.push(sha256(input.shipment.body))
      const [fate, told] = await fateOf(place.port, input)
      tally.note(input, fate, told)
    }
  }

  await Promise.all(Array.from({ length: LANES }, lane))
  const stored = (await place.stored()).toSorted().filter(notIn(before))
  for (const body of stored.filter(notIn(sent))) tally.blame(`stored and never sent: ${body}`)
  for (const body of sent.filter(notIn(stored))) tally.blame(`sent and not stored: ${body}`)
  if (new Set(stored).size !== stored.length) tally.blame('a body is stored twice')
  return stored.length
}

const notIn = (list: readonly string[]): ((item: string) => boolean) => {
  const known = new Set(list)
  return (item) => !known.has(item)
}

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex')

async function fateOf(port: number, { shipment }: Input): Promise<readonly [Fate, string]> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), NO_ANSWER_MS)
  })
  try {
    const { status } = await Promise.race([sendRaw(port, bytesOf(shipment)), silence])
    if (status >= 200 && status < 300) return ['taken', String(status)]
    // Zero: hung up without a word, which is one way to refuse nonsense.
    return [status < 500 ? 'refused' : 'broken', String(status)]
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    return [code === 'ECONNRESET' || code === 'EPIPE' ? 'refused' : 'broken', String(error)]
  } finally {
    clearTimeout(timer)
  }
}
