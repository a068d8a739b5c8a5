import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Fault, Faults } from './faults.ts'

export interface Tampering {
  /** Answers in place of the route, or remembers what to do to its answer; true if answered. */
  begin: (request: FastifyRequest, reply: FastifyReply, users: readonly string[]) => boolean
  /** Lets every held answer go. */
  release: () => void
}

export const TAMPERING_KINDS = ['429', '500', 'status', 'hang', 'drop', 'broken-body'] as const

/** Long enough that every client has given up. */
const HANG_SECONDS = 60

/** Spoils requests below one provider's prefix as the faults say. */
export function createTampering(input: {
  app: FastifyInstance
  faults: Faults
  provider: string
  bodies: Record<'429' | '500', object>
  /** Says in seconds how long a 429 lasts. */
  resetHeader: string
}): Tampering {
  const { app, faults, provider, bodies, resetHeader } = input
  const spoiled = new WeakMap<FastifyRequest, Fault>()
  const held = new Set<() => void>()

  app.addHook('onSend', async (request, reply, payload) => {
    const fault = spoiled.get(request)
    if (fault?.kind === 'hang') await hold(fault.seconds ?? HANG_SECONDS)
    if (fault?.kind === 'drop') request.raw.socket.destroy()
    if (fault?.kind !== 'broken-body') return payload
    void reply.removeHeader('content-length')
    void reply.type('application/json; charset=utf-8')
    return String(payload).slice(0, Math.max(1, Math.floor(String(payload).length / 2)))
  })

  function hold(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer)
        held.delete(go)
        resolve()
      }
      const timer = setTimeout(go, seconds * 1000)
      held.add(go)
    })
  }

  return {
    begin(request, reply, users) {
      const fault = faults.take({
        provider,
        kinds: TAMPERING_KINDS,
        route: namesOf(request, provider),
        users,
      })
      if (fault === undefined) return false
      if (fault.kind === 'hang' || fault.kind === 'drop' || fault.kind === 'broken-body') {
        spoiled.set(request, fault)
        return false
      }
      const status = fault.kind === 'status' ? (fault.status ?? 503) : Number(fault.kind)
      const plain = status === 429 ? bodies['429'] : bodies['500']
      if (status === 429 && fault.seconds !== undefined) {
        void reply.header(resetHeader, fault.seconds)
      }
      void reply.code(status).send(fault.body ?? plain)
      return true
    },
    release() {
      for (const go of held) go()
    },
  }
}

/** The route as registered and as called, without the provider's prefix. */
function namesOf(request: FastifyRequest, provider: string): string[] {
  const paths = [request.routeOptions.url ?? '', request.url.split('?')[0] ?? '']
  return paths.map((path) => `${request.method} ${path.replace(`/${provider}/`, '/')}`)
}
