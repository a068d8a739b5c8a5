import { createServer } from 'node:net'

/** Both kinds of loopback and everything: a server on one of them is in the way on the others. */
const HOSTS = ['127.0.0.1', '::']

/** Promises a port nobody listens on right now, chosen by the system. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Promises that every port is free; a taken one is an error that names the variable to set. */
export async function assertPortsFree(ports: Readonly<Record<string, number>>): Promise<void> {
  const taken: string[] = []
  for (const [variable, port] of Object.entries(ports)) {
    for (const host of HOSTS) {
      if (await isFree(port, host)) continue
      taken.push(`port ${port} is in use: set ${variable} to another one`)
      break
    }
  }
  if (taken.length > 0) throw new Error(taken.join('\n'))
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    // Without IPv6 there is nobody on it either.
    server.once('error', (error) => resolve(!('code' in error) || error.code !== 'EADDRINUSE'))
    server.listen({ port, host, ipv6Only: host === '::' }, () => server.close(() => resolve(true)))
  })
}
