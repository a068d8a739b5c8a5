import type { FastifyInstance } from 'fastify'
import { Server } from 'socket.io'
import type { Socket } from 'socket.io'
import { listenToOutbox } from '../db/outbox-listener.ts'
import { isWhole } from '../db/outbox-whole.ts'
import { lastSeq, type OutboxRow } from '../db/outbox.ts'
import type { Authenticate } from './auth.ts'
import type { ApiDeps } from './deps.ts'
import { createFeed } from './feed.ts'
import type { Feed, Listener } from './feed.ts'
import { bearerOfSocket, dropStale } from './stale-sockets.ts'
import type { SocketBearer } from './stale-sockets.ts'

export interface RealtimeDeps extends ApiDeps {
  readonly authenticate: Authenticate
}

/** A socket may only say hello: sixteen kilobytes are plenty. */
const MESSAGE_BYTES = 16 * 1024
/** A client hears of its sessions; prospects, meetings and integrations are its hosts' affair. */
const OF_CLIENTS = 'session:'
/** A lost notification costs at most this. */
const LOOK_EVERY_MS = 1_000
/** A revoked key or an expired token must be shown the door within five seconds. */
const RECHECK_EVERY_MS = 2_000

/**
 * Tells browsers what changes, as it changes. A socket hears what its identity may see, from the
 * number it last saw; everything comes from the outbox, so any process can serve any socket.
 */
export function openRealtime(app: FastifyInstance, deps: RealtimeDeps): void {
  const { database, authenticate, urls, options } = deps
  const origins = new Set([urls.apiUrl, urls.appUrl])
  const io = new Server(app.server, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: MESSAGE_BYTES,
    cors: { origin: [...origins] },
    // A page of somebody else must not open a socket with a browser of ours.
    allowRequest: ({ headers }, decide) =>
      decide(null, headers.origin === undefined || origins.has(headers.origin)),
  })
  const feeds = new Map<string, Feed>()

  function feedOf(organizationId: string): Feed {
    const known = feeds.get(organizationId)
    if (known !== undefined) return known
    const feed = createFeed({ database, organizationId, warn: (text) => app.log.warn(text) })
    feeds.set(organizationId, feed)
    return feed
  }

  io.use((socket, next) => void answerTo(socket, next))

  async function answerTo(socket: Socket, next: (refusal?: Error) => void): Promise<void> {
    next(await admit(socket))
  }

  async function admit(socket: Socket): Promise<Error | undefined> {
    const token: unknown = socket.handshake.auth['token']
    if (typeof token !== 'string') return new Error('refused')
    try {
      const identity = await authenticate(token)
      if (identity === undefined) return new Error('refused')
      socket.data = { identity, token } satisfies SocketBearer
      return undefined
    } catch {
      return new Error('unavailable')
    }
  }

  io.on('connection', (socket) => {
    welcome(socket).catch(() => socket.disconnect(true))
  })

  /**
   * The server alone chooses the rooms, from the identity; nothing a client sends can. Who comes
   * back later than changes are kept is told that some are `missed`, and reads its lists again.
   */
  async function welcome(socket: Socket): Promise<void> {
    const { identity } = bearerOfSocket(socket)
    const { organizationId, userId, seesAll, role } = identity
    await socket.join(seesAll ? [`user:${userId}`, `org:${organizationId}`] : `user:${userId}`)
    const asked: unknown = socket.handshake.auth['seq']
    const head = await database.withTenant(organizationId, lastSeq)
    if (!socket.connected) return
    // A number from the future is a stranger's: go on from now.
    const isOurs = isSeq(asked) && asked <= head
    const from = isOurs ? asked : head
    const listener: Listener = {
      seq: from,
      isInRoom: (room) => socket.rooms.has(room),
      send: (event, frame) => {
        if (role !== 'client' || event.startsWith(OF_CLIENTS)) socket.emit(event, frame)
      },
    }
    const feed = feedOf(organizationId)
    socket.once('disconnect', () => {
      if (feed.leave(listener) === 0) feeds.delete(organizationId)
    })
    await feed.join(listener)
    // Asked last: what is purged while it is told counts as missed, rather than the reverse.
    const toldAll =
      from === head ||
      (await database.withTenant(organizationId, (tx) =>
        isWhole(tx, { afterSeq: from, upTo: head }),
      ))
    const missed = isSeq(asked) && !(isOurs && toldAll)
    socket.emit('ready', { seq: listener.seq, missed })
  }

  function hear(organizationId: string, seq: number, rows?: readonly OutboxRow[]): boolean {
    const feed = feeds.get(organizationId)
    feed?.hear(seq, rows)
    return feed !== undefined
  }
  database.onOutbox(hear)
  const lookAll = (): void => {
    for (const feed of feeds.values()) feed.look()
  }
  const listening =
    options?.listenUrl === undefined
      ? undefined
      : listenToOutbox({ url: options.listenUrl, onChange: hear, onGap: lookAll })

  async function lookAtHeads(): Promise<void> {
    if (feeds.size === 0) return
    const heads = await database.directory.outboxHeads([...feeds.keys()])
    for (const { organizationId, seq } of heads) feeds.get(organizationId)?.look(seq)
  }

  let isChecking = false
  async function recheck(): Promise<void> {
    if (isChecking) return
    isChecking = true
    try {
      await dropStale([...io.sockets.sockets.values()], authenticate)
    } finally {
      isChecking = false
    }
  }

  // A database that is away is told of by /ready; the next look comes by itself.
  const looking = setInterval(() => void lookAtHeads().catch(() => {}), LOOK_EVERY_MS)
  const checking = setInterval(() => void recheck().catch(() => {}), RECHECK_EVERY_MS)
  app.addHook('preClose', async () => {
    clearInterval(looking)
    clearInterval(checking)
    io.disconnectSockets(true)
    await io.close()
    await listening?.close()
  })
}

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
