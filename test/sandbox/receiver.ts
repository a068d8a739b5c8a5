import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'

export interface Received {
  headers: IncomingHttpHeaders
  path: string
  body: string
  /** The parsed envelope; nothing where a body is no JSON. */
  envelope: any
}

export interface Receiver {
  url: string
  received: Received[]
  /** Answers with this status from now on. */
  answer: (status: number, headers?: Record<string, string>, how?: { isSilent: boolean }) => void
  /** Gives the answers that were held back. */
  speak: () => void
  /** Resolves once so many deliveries have come. */
  until: (count: number) => Promise<Received[]>
  close: () => Promise<void>
}

/** A webhook receiver that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let next = { status: 200, headers: {} as Record<string, string>, isSilent: false }
  const held = new Set<() => void>()
  let wake: (() => void) | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const envelope = parse(body)
      received.push({ headers: request.headers, path: request.url ?? '', body, envelope })
      const { status, headers, isSilent } = next
      const speak = () => void response.writeHead(status, headers).end()
      if (isSilent) held.add(speak)
      else speak()
      wake?.()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    answer: (status, headers = {}, how = { isSilent: false }) =>
      void (next = { status, headers, ...how }),
    speak() {
      for (const speak of held) speak()
      held.clear()
    },
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

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
