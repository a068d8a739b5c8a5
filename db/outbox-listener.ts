import pg from 'pg'
import { OUTBOX_CHANNEL, type OutboxHeard } from './notifier.ts'

interface ListenerOptions {
  /** A direct connection: LISTEN does not work through a transaction pooler. */
  readonly url: string
  readonly onChange: (...change: Parameters<OutboxHeard>) => void
  /** The connection was lost and is back, or is new: anything may have been missed. */
  readonly onGap: () => void
}

/** Half a second between tries keeps a restart short and a dead server unbothered. */
const RETRY_MS = 500

/** Hears of every organization with fresh outbox rows, and comes back by itself when cut off. */
export function listenToOutbox({ url, onChange, onGap }: ListenerOptions) {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, keepAlive: true })
    next.on('error', () => {})
    next.on('end', again)
    next.on('notification', ({ payload = '' }) => {
      const [organizationId = '', seq] = payload.split(' ')
      onChange(organizationId, Number(seq))
    })
    client = next
    try {
      await next.connect()
      await next.query(`listen ${OUTBOX_CHANNEL}`)
      onGap()
    } catch {
      await next.end().catch(() => {})
      again()
    }
  }

  function again(): void {
    if (isClosed) return
    timer ??= setTimeout(() => {
      timer = undefined
      void connect()
    }, RETRY_MS)
  }

  const ready = connect()
  return {
    close: async (): Promise<void> => {
      isClosed = true
      clearTimeout(timer)
      await ready
      await client?.end().catch(() => {})
    },
  }
}
