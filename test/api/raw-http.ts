import { connect } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** Promises the first answer to bytes sent as they are: no client stands between test and server. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let got = Buffer.alloc(0)
    const finish = (): void => {
      socket.destroy()
      resolve(parsed(got.toString('latin1')))
    }
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk])
      if (isWhole(got.toString('latin1'))) finish()
    })
    socket.on('end', finish)
    socket.on('error', (error) => (got.length > 0 ? finish() : reject(error)))
    socket.write(bytes)
  })
}

/** Promises that the bytes were sent and the connection given up, whatever the answer. */
export function sendAndLeave(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.write(bytes, () => socket.destroySoon())
  })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return false
  const head = text.slice(0, end)
  if (/transfer-encoding: chunked/i.test(head)) return text.endsWith('0\r\n\r\n')
  const length = /content-length: (\d+)/i.exec(head)?.[1]
  return length !== undefined && text.length >= end + 4 + Number(length)
}

function parsed(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
  return { status, head: text.slice(0, end), body: text.slice(end + 4) }
}

/** A POST as bytes; headers are lines, in the order given. */
export const post = (path: string, headers: readonly string[], body: Buffer | string): Buffer => {
  const bytes = Buffer.from(body)
  const hasLength = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line))
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    ...headers,
    ...(hasLength ? [] : [`Content-Length: ${bytes.length}`]),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes])
}
