import { createHmac } from 'node:crypto'
import { Agent } from 'undici'

export interface Sent {
  status: number | null
  error: string | null
  milliseconds: number
}

export interface Sender {
  post: (request: { url: string; body: string; signature: string | undefined }) => Promise<Sent>
  close: () => Promise<void>
}

/** Source: https://developer.calendly.com/api-docs (webhook timeouts): connect 10 s, read 15 s. */
const CONNECT_MILLISECONDS = 10_000
const READ_MILLISECONDS = 15_000

/** Posts deliveries as Calendly does; keeps connections, follows no redirect. */
export function createSender(connections: number): Sender {
  const agent = new Agent({
    connections,
    connect: { timeout: CONNECT_MILLISECONDS },
    headersTimeout: READ_MILLISECONDS,
    bodyTimeout: READ_MILLISECONDS,
  })
  return {
    // Deliveries cut off by a stop stay pending and go out after the next start.
    close: () => agent.destroy(),
    async post({ url, body, signature }) {
      const start = performance.now()
      const took = () => Math.round((performance.now() - start) * 10) / 10
      try {
        const { origin, pathname, search } = new URL(url)
        const { statusCode, body: answer } = await agent.request({
          origin,
          path: pathname + search,
          method: 'POST',
          headers: {
            'User-Agent': 'Calendly',
            Accept: '*/*',
            'Accept-Encoding': 'gzip',
            'Content-Type': 'application/json',
            ...(signature === undefined ? {} : { 'Calendly-Webhook-Signature': signature }),
          },
          body,
        })
        await answer.dump()
        return { status: statusCode, error: null, milliseconds: took() }
      } catch (error) {
        return { status: null, error: nameOf(error), milliseconds: took() }
      }
    },
  }
}

/** `t=…,v1=…` over `t.body`, lower-case hex. */
export function sign(key: string, t: number, body: string): string {
  return `t=${t},v1=${createHmac('sha256', key).update(`${t}.${body}`).digest('hex')}`
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return (error as Error & { code?: string }).code ?? error.message
}
