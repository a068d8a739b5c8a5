import { Agent } from 'undici'

export interface Sent {
  status: number | null
  error: string | null
  milliseconds: number
}

export interface Sender {
  post: (request: {
    url: string
    body: string
    headers: Record<string, string>
    /** Gives up on the whole exchange, where the provider does. */
    abortMilliseconds?: number | undefined
  }) => Promise<Sent>
  close: () => Promise<void>
}

/** Posts deliveries as servers do; keeps connections, follows no redirect. */
export function createSender(given: {
  connections: number
  connectMilliseconds: number
  readMilliseconds: number
}): Sender {
  const agent = new Agent({
    connections: given.connections,
    connect: { timeout: given.connectMilliseconds },
    headersTimeout: given.readMilliseconds,
    bodyTimeout: given.readMilliseconds,
  })
  return {
    // Deliveries cut off by a stop stay pending and go out after the next start.
    close: () => agent.destroy(),
    async post({ url, body, headers, abortMilliseconds }) {
      const start = performance.now()
      const took = () => Math.round((performance.now() - start) * 10) / 10
      try {
        const { origin, pathname, search } = new URL(url)
        const path = pathname + search
        const { statusCode, body: answer } = await agent.request({
          origin,
          path,
          method: 'POST',
          headers,
          body,
          signal: abortMilliseconds === undefined ? null : AbortSignal.timeout(abortMilliseconds),
        })
        await answer.dump()
        return { status: statusCode, error: null, milliseconds: took() }
      } catch (error) {
        return { status: null, error: nameOf(error), milliseconds: took() }
      }
    },
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return (error as Error & { code?: string }).code ?? error.message
}
