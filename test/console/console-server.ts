import type { AddressInfo } from 'node:net'
import staticFiles from '@fastify/static'
import { fastify } from 'fastify'
import type { FastifyInstance } from 'fastify'
import { Server } from 'socket.io'
import { CONSOLE_DIRECTORY } from '../../console/build.ts'
import type { Client, Package, Preview, Session } from '../../console/web/coaching-records.ts'
import type {
  Explanation,
  Gap,
  InboundEvent,
  ParkedItem,
  RefusedDeliveries,
  ReplayAnswer,
} from '../../console/web/operation-records.ts'
import type { Frames } from '../../console/web/realtime.ts'
import type {
  Attempt,
  ConnectedByKey,
  Debt,
  Integration,
  Meeting,
  OperationAnswer,
  Prospect,
} from '../../console/web/records.ts'

import { serveRecords } from './console-pages.ts'

/** The one token this server knows. */
export const GOOD_TOKEN = 'header.claims.signature'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** What the server tells; a test writes it. */
export interface ConsoleState {
  integrations: Integration[]
  prospects: Prospect[]
  meetings: Meeting[]
  debts: Debt[]
  explanation: Explanation | undefined
  gaps: Gap[]
  events: InboundEvent[]
  replay: ReplayAnswer | undefined
  parked: ParkedItem[]
  rejections: RefusedDeliveries[]
  clients: Client[]
  packages: Package[]
  sessions: Session[]
  preview: Preview | undefined
  attempt: Attempt
  /** Answers to `POST /api/integrations/:id/:action`, by action. */
  answers: Record<string, OperationAnswer | ConnectedByKey>
}

/** Plays the REST and Socket.IO of the API with fixed records. */
export interface ConsoleServer {
  readonly appUrl: string
  /** The same server under the name of the API: another origin than the console's. */
  readonly apiUrl: string
  /** And under a name that nobody trusts. */
  readonly strangerUrl: string
  readonly state: ConsoleState
  /** Requests to the API, as `METHOD /path`. */
  readonly asked: string[]
  /** What was sent to be made, in order. */
  readonly bodies: unknown[]
  /** The `seq` of every handshake. */
  readonly handshakes: unknown[]
  readonly emit: <Name extends keyof Frames>(name: Name, record: Frames[Name]) => void
  /** Cuts every socket as a broken line does; what is emitted meanwhile waits in the log. */
  readonly cutLines: () => void
  /** Forgets what was emitted so far, as the server does after a week. */
  readonly purge: () => void
  readonly close: () => Promise<void>
}

/** Promises a listening server, with nothing connected and nothing booked. */
export async function startConsoleServer(): Promise<ConsoleServer> {
  const app = fastify({ forceCloseConnections: true })
  const state: ConsoleState = {
    integrations: [],
    prospects: [],
    meetings: [],
    debts: [],
    explanation: undefined,
    gaps: [],
    events: [],
    replay: undefined,
    parked: [],
    rejections: [],
    clients: [],
    packages: [],
    sessions: [],
    preview: undefined,
    attempt: {
      attemptId: 'attempt-1',
      progress: 'created',
      outcome: null,
      reason: null,
      nextStep: null,
    },
    answers: {},
  }
  const asked: string[] = []
  const bodies: unknown[] = []
  await serveConsole(app)
  serveApi(app, { state, asked, apiUrl: () => apiUrl })
  serveRecords(app, { state, bodies })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const apiUrl = `http://localhost:${port}`
  const sockets = serveSockets(app)
  return {
    appUrl: `http://127.0.0.1:${port}`,
    apiUrl,
    strangerUrl: `http://stranger.localhost:${port}`,
    state,
    asked,
    bodies,
    ...sockets,
  }
}

async function serveConsole(app: FastifyInstance): Promise<void> {
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/oauth/')) return
    reply.header('content-security-policy', POLICY)
    reply.header('cross-origin-opener-policy', 'same-origin-allow-popups')
  })
  await app.register(staticFiles, { root: CONSOLE_DIRECTORY })
  app.setNotFoundHandler((request, reply) =>
    request.url.startsWith('/api/')
      ? reply.code(404).send({ title: 'Not Found', status: 404 })
      : reply.sendFile('index.html'),
  )
}

interface ApiDeps {
  readonly state: ConsoleState
  readonly asked: string[]
  readonly apiUrl: () => string
}

function serveApi(app: FastifyInstance, { state, asked, apiUrl }: ApiDeps): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return
    asked.push(`${request.method} ${request.url}`)
    if (request.headers.authorization === `Bearer ${GOOD_TOKEN}`) return
    await reply
      .code(401)
      .type('application/problem+json')
      .send({ type: 'urn:rendezvous:problem:unauthorized', title: 'Unauthorized', status: 401 })
  })
  app.get('/api/me', () => ({
    user_id: 'user-1',
    organization_id: 'organization-1',
    role: 'admin',
    name: 'Ada',
  }))
  app.get('/api/integrations', () => page(state.integrations))
  app.get('/api/prospects', () => page(state.prospects))
  app.get('/api/meetings', () => page(state.meetings))
  app.get('/api/debts', () => page(state.debts))
  app.get('/api/connect-attempts/:id', () => state.attempt)
  app.post('/api/integrations/calendly/connect', (_request, reply) =>
    reply.code(201).send({
      attemptId: state.attempt.attemptId,
      authorizeUrl: `${apiUrl()}/oauth/calendly/start?ticket=t`,
    }),
  )
  app.post<{ Params: { action: string } }>('/api/integrations/:id/:action', (request, reply) =>
    reply.code(202).send(state.answers[request.params.action] ?? {}),
  )
  app.get('/oauth/calendly/start', (_request, reply) =>
    reply.type('text/html').send('<!doctype html><title>Consent</title><h1>Consent</h1>'),
  )
}

const page = (items: readonly object[]) => ({ items, next_cursor: null })

function serveSockets(app: FastifyInstance) {
  const io = new Server(app.server)
  const log: { name: string; frame: object & { seq: number } }[] = []
  const handshakes: unknown[] = []
  let head = 0
  io.use((socket, next) => {
    next(socket.handshake.auth['token'] === GOOD_TOKEN ? undefined : new Error('unauthorized'))
  })
  io.on('connection', (socket) => {
    const { seq } = socket.handshake.auth as { seq?: number }
    handshakes.push(seq)
    const kept = seq === undefined ? [] : log.filter(({ frame }) => frame.seq > seq)
    for (const { name, frame } of kept) socket.emit(name, frame)
    const missed = seq !== undefined && kept.length < head - seq
    socket.emit('ready', { seq: head, missed })
  })
  return {
    handshakes,
    emit: <Name extends keyof Frames>(name: Name, record: Frames[Name]) => {
      head += 1
      const frame = { ...record, seq: head }
      log.push({ name, frame })
      io.emit(name, frame)
    },
    purge: () => void log.splice(0),
    cutLines: () => {
      for (const socket of io.sockets.sockets.values()) socket.conn.close()
    },
    close: async () => {
      await io.close()
      await app.close()
    },
  }
}
