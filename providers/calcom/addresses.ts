import { urlFault } from '../addresses.ts'

/** The hosted installations, each with its own accounts. */
const HOSTED: ReadonlyMap<string, string> = new Map([
  ['cal.com', 'https://api.cal.com'],
  ['cal.eu', 'https://api.cal.eu'],
])

/**
 * Where the API of an installation is. Where our own addresses are all local the usual one is the
 * only one there is: a real installation could never deliver to us.
 */
export function addressOf(chosen: string | undefined, usual: string): string | undefined {
  if (chosen === undefined) return usual
  if (isLocal(usual)) return chosen === usual ? usual : undefined
  const hosted = HOSTED.get(chosen.toLowerCase())
  if (hosted !== undefined) return hosted
  if (urlFault(chosen, { allowLoopback: false }) !== undefined) return undefined
  const { origin, pathname, search, hash } = new URL(chosen)
  if (pathname !== '/' || search !== '' || hash !== '') return undefined
  return HOSTED.get(new URL(origin).hostname) ?? origin
}

/**
 * An account by a name of ours, since Cal.com gives it none: ids repeat from one installation to
 * another, so it begins with the installation's address.
 */
export const userUri = (address: string, id: string): string =>
  `${new URL(address).origin}/users/${id}`

/** An organization of Cal.com by a name of ours. */
export const organizationUri = (address: string, id: string): string =>
  `${new URL(address).origin}/organizations/${id}`

/**
 * The address of the API behind a booking page; undefined where it is none. An organization of the
 * hosted product books below a name of its own.
 */
export function addressBehind(bookerUrl: string | null): string | undefined {
  if (bookerUrl === null || !URL.canParse(bookerUrl)) return undefined
  const { origin, hostname, protocol } = new URL(bookerUrl)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  for (const [host, address] of HOSTED)
    if (hostname === host || hostname.endsWith(`.${host}`)) return address
  return origin
}

const isLocal = (address: string): boolean =>
  urlFault(address, { allowLoopback: false }) !== undefined
