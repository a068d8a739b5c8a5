import { BlockList, isIP } from 'node:net'

/**
 * Whether an address belongs to the public internet: no loopback, private, shared, link-local,
 * documentation, multicast or reserved range, and none that wraps another address (IPv4-mapped,
 * NAT64, 6to4, Teredo). https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !NOT_PUBLIC_4.check(address, 'ipv4')
  // A zone (`%eth0`) names a link of ours.
  if (family !== 6 || address.includes('%')) return false
  return GLOBAL_6.check(address, 'ipv6') && !NOT_PUBLIC_6.check(address, 'ipv6')
}

/** Whether an address is this machine itself. */
export const isLoopbackAddress = (address: string): boolean => {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return false
  return family === 4 ? address.startsWith('127.') : LOOPBACK_6.check(address, 'ipv6')
}

/** Whether a host of a parsed URL names this machine, by name or by address. */
export function isLoopbackHost(host: string): boolean {
  // A final dot spells the same name.
  const name = host.toLowerCase().replace(/\.+$/, '')
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  return isLoopbackAddress(addressIn(name) ?? '')
}

/** Why a URL is not called; undefined for one that may be. */
export type UrlFault =
  | 'notAUrl'
  | 'notHttps'
  | 'hasUserInfo'
  | 'oddHost'
  | 'loopback'
  | 'notPublic'
  | 'notAllowed'

/**
 * What speaks against an origin as a provider's, before any name is resolved. The parser has by
 * then turned decimal, octal and hexadecimal spellings of IPv4 into the one we look at.
 */
export function urlFault(
  text: string,
  { allowLoopback }: { allowLoopback: boolean },
): UrlFault | undefined {
  // The parser drops tabs and newlines and takes backslashes for slashes; nobody honest needs it.
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(text) || !URL.canParse(text)) return 'notAUrl'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || /^[a-z]+:\/\/[^/?#]*@/i.test(text))
    return 'hasUserInfo'
  if (isLoopbackHost(url.hostname)) {
    if (!allowLoopback) return 'loopback'
    return url.protocol === 'http:' || url.protocol === 'https:' ? undefined : 'notHttps'
  }
  if (url.protocol !== 'https:') return 'notHttps'
  const address = addressIn(url.hostname)
  if (address !== undefined) return isPublicAddress(address) ? undefined : 'notPublic'
  // A final dot is the same host under another name; a name without any dot is one of a local net.
  if (url.hostname.endsWith('.') || !url.hostname.includes('.')) return 'oddHost'
  return undefined
}

/** The same, for a URL that must also lie on one of the origins. */
export function callFault(
  text: string,
  { origins, allowLoopback }: { origins: readonly string[]; allowLoopback: boolean },
): UrlFault | undefined {
  const fault = urlFault(text, { allowLoopback })
  if (fault !== undefined) return fault
  return origins.includes(new URL(text).origin) ? undefined : 'notAllowed'
}

const addressIn = (host: string): string | undefined => {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host
  return isIP(bare) === 0 ? undefined : bare
}

function blockList(family: 'ipv4' | 'ipv6', nets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const net of nets) {
    const [address = '', bits = ''] = net.split('/')
    list.addSubnet(address, Number(bits), family)
  }
  return list
}

const NOT_PUBLIC_4 = blockList('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])

/** All that is handed out to the public; everything wrapped or local lies outside. */
const GLOBAL_6 = blockList('ipv6', ['2000::/3'])

const NOT_PUBLIC_6 = blockList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

const LOOPBACK_6 = blockList('ipv6', ['::1/128'])
