import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isLoopbackAddress, isLoopbackHost, isPublicAddress } from './addresses.ts'

/** Resolves a name to all its addresses. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A resolver for sockets that gives out checked addresses only. The socket connects to exactly
 * these: a name that answers differently the second time is never asked a second time.
 */
export const checkedLookup =
  ({
    allowLoopback,
    resolve = lookup,
  }: {
    allowLoopback: boolean
    resolve?: Resolve | undefined
  }): LookupFunction =>
  (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0)
      const isGood = allowLoopback && isLoopbackHost(hostname) ? isLoopbackAddress : isPublicAddress
      const [first] = addresses
      // One bad address among good ones is a trick, not an accident.
      if (first === undefined || !addresses.every(({ address }) => isGood(address)))
        return done(new Error(`${hostname} resolves to an address that is not called.`), '', 0)
      if (options.all === true) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
