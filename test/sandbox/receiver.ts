import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'

export interface Received {
  headers: IncomingHttpHeaders
  path: string
  body: string
  /** The parsed envelope. */
  envelope: { event: string; created_at: string; created_by: string; payload: any }
}

export interface Receiver {
  url: string
  received: Received[]
  /** Answers with this status from now on. */
  answer: (status: number, headers?: Record<string, string>) => void
  /** Resolves once so many deliveries have come. */
  until: (count: number) => Promise<Received[]>
  close: () => Promise<void>
}

/** A webhook receiver that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let next: { status: number; headers: Record<string, string> } = { status: 200, headers: {} }
  let wake: (() => void) | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const envelope = JSON.parse(body) as Received['envelope']
      received.push({ headers: request.headers, path: request.url ?? '', body, envelope })
      response.writeHead(next.status, next.headers).end()
      wake?.()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    answer: (status, headers = {}) => void (next = { status, headers }),
    async until(count) {
      while (received.length < count) await new Promise<void>((resolve) => (wake = resolve))
      return received
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
