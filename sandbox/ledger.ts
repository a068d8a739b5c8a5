import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

export interface DeliveryEntry {
  provider: string
  id: string
  hook: string
  url: string
  event: string
  /** The address of a Calendly invitee. */
  invitee?: string
  /** The uid of a Cal.com booking. */
  booking?: string
  attempt: number
  /** Wall time of the attempt. */
  at: string
  /** The second in the signature header, null when it has none or was never sent. */
  t: number | null
  status: number | null
  error: string | null
  outcome: 'delivered' | 'retrying' | 'gaveUp' | 'lost' | 'dropped'
  milliseconds: number
}

export interface Ledger {
  deliveries: DeliveryEntry[]
  recordDelivery: (entry: DeliveryEntry) => void
  /** Appends the true state a booking has just reached. */
  recordBooking: (booking: object) => void
  flush: () => Promise<void>
}

/** Joins the lines of a burst into one write and one fsync. */
const FLUSH_MILLISECONDS = 50

/** Opens the append-only truth outside the product's database; without a folder it is memory only. */
export function openLedger(home: string | undefined): Ledger {
  const file = home === undefined ? undefined : join(home, 'ledger.jsonl')
  if (home !== undefined) mkdirSync(home, { recursive: true })
  const deliveries = file === undefined ? [] : readDeliveries(file)
  let lines: string[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  function append(line: object) {
    if (file === undefined) return
    lines.push(`${JSON.stringify(line)}\n`)
    timer ??= setTimeout(() => void flush(), FLUSH_MILLISECONDS)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const text = lines.join('')
    lines = []
    if (file !== undefined && text !== '') writing = writing.then(() => appendDurably(file, text))
    return writing
  }

  return {
    deliveries,
    flush,
    recordDelivery(entry) {
      deliveries.push(entry)
      append({ kind: 'delivery', ...entry })
    },
    recordBooking: (booking) => append({ kind: 'booking', ...booking }),
  }
}

async function appendDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a')
  try {
    await handle.appendFile(text)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

function readDeliveries(file: string): DeliveryEntry[] {
  if (!existsSync(file)) return []
  const deliveries: DeliveryEntry[] = []
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.startsWith('{"kind":"delivery"') || !line.endsWith('}')) continue
    const { kind: _, ...entry } = JSON.parse(line) as DeliveryEntry & { kind: string }
    deliveries.push(entry)
  }
  return deliveries
}
