import type { FastifyInstance } from 'fastify'
import type { ConsoleState } from './console-server.ts'

interface RecordsDeps {
  readonly state: ConsoleState
  /** Where the bodies of wishes are noted. */
  readonly bodies: unknown[]
}

/** Plays the routes of the pages beside the overview with fixed records. */
export function serveRecords(app: FastifyInstance, { state, bodies }: RecordsDeps): void {
  app.get<{ Params: { id: string } }>('/api/integrations/:id', ({ params: { id } }, reply) => {
    const found = state.integrations.find((it) => it.id === id)
    return found ?? reply.code(404).send({ title: 'Not Found', status: 404 })
  })
  app.get('/api/integrations/:id/explain', () => state.explanation ?? {})
  app.get('/api/gaps', () => page(state.gaps))
  app.get<{ Querystring: { status?: string } }>('/api/events', ({ query: { status } }) =>
    page(state.events.filter((it) => status === undefined || it.status === status)),
  )
  app.post('/api/events/:id/replay', () => state.replay ?? {})
  app.get('/api/rejections', () => page(state.rejections))
  app.get('/api/parked', () => page(state.parked))
  app.post<{ Params: { id: string } }>('/api/parked/:id/:how', ({ params: { id } }) => {
    state.parked = state.parked.filter((it) => it.id !== id)
    return {}
  })
  app.get('/api/clients', () => page(state.clients))
  app.get('/api/packages', () => page(state.packages))
  app.get('/api/sessions', () => page(state.sessions))
  app.post<{ Params: { id: string } }>('/api/sessions/:id/cancel', ({ params: { id } }) => {
    const found = state.sessions.find((it) => it.id === id)
    return { ...found, status: 'cancelled', credit: 'none' }
  })
  app.post('/api/sessions/recurring/preview', ({ body }) => {
    bodies.push(body)
    return state.preview ?? {}
  })
  app.post('/api/sessions/recurring', ({ body }, reply) => {
    bodies.push(body)
    return reply.code(201).send({
      series: { id: 'series-1', status: 'made', reason: null },
      sessions: state.sessions,
    })
  })
  for (const kind of ['clients', 'packages'])
    app.post(`/api/${kind}`, ({ body }, reply) => {
      bodies.push(body)
      return reply.code(201).send(body)
    })
  app.post('/api/integrations/calcom/connect', ({ body }, reply) => {
    bodies.push(body)
    return reply.code(202).send({ webhook: null, ...state.answers['calcom'] })
  })
}

const page = (items: readonly object[]) => ({ items, next_cursor: null })
