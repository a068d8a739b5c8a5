import pg from 'pg'
import { io } from 'socket.io-client'
import type { Watch } from './jobs.ts'

/** The moments at which prospects became visible. */
export interface OpenWatch {
  /** Promises when each of these e-mails was seen; fails when one is missing or was seen twice. */
  all(emails: readonly string[], withinMs: number): Promise<ReadonlyMap<string, number>>
  close(): Promise<void>
}

/** Promises a watch that hears every prospect from now on. */
export async function openWatch(watch: Watch): Promise<OpenWatch> {
  const seen = new Map<string, number>()
  const twice = new Set<string>()
  let changed: (() => void) | undefined
  const see = (email: string): void => {
    if (seen.has(email)) twice.add(email)
    else seen.set(email, performance.now())
    changed?.()
  }
  const close = watch.by === 'socket' ? await bySocket(watch, see) : await byNotify(watch, see)
  return {
    close,
    async all(emails, withinMs) {
      const missing = (): number => emails.filter((email) => !seen.has(email)).length
      const end = performance.now() + withinMs
      while (missing() > 0) {
        const left = end - performance.now()
        if (left <= 0) throw new Error(`${missing()} of ${emails.length} bookings were never seen`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left)
          changed = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      if (twice.size > 0) throw new Error(`${twice.size} bookings were seen twice`)
      return seen
    },
  }
}

type See = (email: string) => void

async function bySocket({ url, token }: Extract<Watch, { by: 'socket' }>, see: See) {
  const socket = io(url, { transports: ['websocket'], auth: { token } })
  socket.on('prospect:created', ({ email }: { email: string }) => see(email))
  await new Promise<void>((resolve, reject) => {
    socket.once('ready', () => resolve())
    socket.once('connect_error', reject)
  })
  return async (): Promise<void> => void socket.disconnect()
}

async function byNotify(watch: Extract<Watch, { by: 'notify' }>, see: See) {
  const client = new pg.Client(watch.databaseUrl)
  await client.connect()
  client.on('notification', ({ payload = '' }) => see(payload))
  await client.query(`listen ${client.escapeIdentifier(watch.channel)}`)
  return (): Promise<void> => client.end()
}
