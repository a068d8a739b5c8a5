import { io } from 'socket.io-client'
import type { Session } from './coaching-records.ts'
import type { Meeting, Prospect } from './records.ts'

/** Whether news arrives at this moment. */
export type Connection = 'connecting' | 'live' | 'reconnecting'

/** How a line begins. */
export interface Line {
  readonly missed: boolean
}

/** What the server tells as it happens, keyed by its name on the wire. */
export interface Frames {
  'prospect:created': Prospect
  'prospect:updated': Prospect
  /** A person was erased, and what was theirs alone. */
  'prospect:erased': { readonly id: string }
  'meeting:created': Meeting
  'meeting:updated': Meeting
  'meeting:canceled': Meeting
  'meeting:erased': { readonly id: string }
  'session:created': Session
  'session:updated': Session
  'session:canceled': Session
  'integration:updated': { readonly id: string }
}

/** One piece of news. */
export type News = { [Name in keyof Frames]: { name: Name; record: Frames[Name] } }[keyof Frames]

export interface RealtimeDeps {
  readonly token: string
  readonly onNews: (news: News) => void
  readonly onConnection: (connection: Connection) => void
  /** The line stands. `missed`: some of what happened meanwhile will never be told. */
  readonly onLive: (line: Line) => void
  /** The server turned the socket away; the token may be spent. */
  readonly onRefused: () => void
}

const NAMES = [
  'prospect:created',
  'prospect:updated',
  'prospect:erased',
  'meeting:created',
  'meeting:updated',
  'meeting:canceled',
  'meeting:erased',
  'session:created',
  'session:updated',
  'session:canceled',
  'integration:updated',
] as const satisfies readonly (keyof Frames)[]

/** Long enough not to hammer a server that says no, short enough to be back within a coffee. */
const AFTER_REFUSAL_MS = 5000

/** Promises news of this organization until closed; after a lost connection asks for what it missed. */
export function openRealtime(deps: RealtimeDeps) {
  const { token, onNews, onConnection, onLive, onRefused } = deps
  let seq: number | undefined
  let wasLive = false
  let retry: ReturnType<typeof setTimeout> | undefined
  const socket = io({
    path: '/socket.io',
    auth: (give) => give(seq === undefined ? { token } : { token, seq }),
    reconnectionDelay: 500,
    reconnectionDelayMax: AFTER_REFUSAL_MS,
  })

  const noteSeq = (frame: { seq?: unknown }) => {
    if (typeof frame.seq === 'number' && frame.seq > (seq ?? -1)) seq = frame.seq
  }
  const lost = () => {
    onConnection(wasLive ? 'reconnecting' : 'connecting')
    // The library retries a broken line by itself, but not one the server closed.
    if (socket.active) return
    clearTimeout(retry)
    retry = setTimeout(() => socket.connect(), AFTER_REFUSAL_MS)
  }

  socket.on('ready', ({ seq: told, missed }: Line & { readonly seq: number }) => {
    // What lies between is gone, or our number was never theirs: asking for it again is no use.
    // Otherwise only the first counts: later frames say themselves how far we are.
    if (missed || seq === undefined) seq = told
    wasLive = true
    onConnection('live')
    onLive({ missed })
  })
  for (const name of NAMES) {
    socket.on(name, (frame: Frames[typeof name] & { seq: number }) => {
      noteSeq(frame)
      onNews({ name, record: frame } as News)
    })
  }
  socket.on('disconnect', lost)
  socket.on('connect_error', () => {
    if (!socket.active) onRefused()
    lost()
  })

  return () => {
    clearTimeout(retry)
    socket.close()
  }
}
