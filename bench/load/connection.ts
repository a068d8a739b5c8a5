import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** One kept-alive connection; costs the machine far less than a client library would. */
export interface Connection {
  /** Promises the status of the answer; one request at a time. */
  post(request: Buffer): Promise<number>
  close(): void
}

interface Waiting {
  readonly resolve: (status: number) => void
  readonly reject: (error: Error) => void
}

/** Promises an open connection; it opens anew when the server has closed it between requests. */
export async function openConnection(port: number): Promise<Connection> {
  let waiting: Waiting | undefined
  let received = ''
  let socket = await opened()

  function take(chunk: Buffer): void {
    received += chunk.toString('latin1')
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = received.slice(0, end)
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1])
    if (!(length >= 0)) return fail(new Error(`an answer without a length:\n${head}`))
    if (received.length < end + 4 + length) return
    received = ''
    if (/^connection: *close/im.test(head)) socket.destroy()
    const { resolve } = waiting ?? {}
    waiting = undefined
    resolve?.(Number(head.slice(9, 12)))
  }

  function fail(error: Error): void {
    const { reject } = waiting ?? {}
    waiting = undefined
    reject?.(error)
  }

  function opened(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const next = connect({ port, host: '127.0.0.1', noDelay: true })
      next.once('connect', () => resolve(next))
      next.once('error', reject)
      next.on('error', fail)
      next.on('close', () => {
        if (next === socket) fail(new Error('the connection ended before the answer'))
      })
      next.on('data', take)
    })
  }

  return {
    async post(request) {
      if (!socket.writable || socket.destroyed) socket = await opened()
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      })
    },
    close: () => socket.destroy(),
  }
}
