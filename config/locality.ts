import { isIP } from 'node:net'

/** How far a host can be reached; `unknown` when its name has no address. */
export type Locality = 'local' | 'public' | 'unknown'

/** Where a host lives, by its name or by the addresses its name resolves to. Pure. */
export function localityOf(host: string, addresses: readonly string[]): Locality {
  const name = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  if (isIP(name) !== 0) return isPrivateAddress(name) ? 'local' : 'public'
  if (LOCAL_NAME.test(name)) return 'local'
  if (addresses.length === 0) return 'unknown'
  return addresses.some(isPrivateAddress) ? 'local' : 'public'
}

/** One label (a container's name) or a suffix that no public resolver serves. */
const LOCAL_NAME = /^[^.]+$|(^|\.)(localhost|local|internal|home\.arpa|test)$/

/** Whether an address is loopback, private, shared, link-local or unspecified. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '')
  if (isIP(plain) === 4) return PRIVATE_V4.test(plain)
  return plain === '::' || plain === '::1' || /^f[cd]|^fe[89ab]/.test(plain)
}

/** RFC 1122 loopback and "this", RFC 1918, RFC 6598 shared, RFC 3927 link-local. */
const PRIVATE_V4 =
  /^(0|10|127)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^169\.254\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./

/** One place that must be reachable, as the rule sees it. */
export interface Place {
  readonly setting: string
  readonly locality: Locality
}

/**
 * The mistakes of a mix of local and public places: a real provider can't reach a local ingress,
 * and a sandbox must never be shown to the world. A provider whose name has no address just now
 * counts as real; an ingress without an address counts as unreachable.
 */
export function localityMistakes(api: Place, providers: readonly Place[]): string[] {
  return providers.flatMap(({ setting, locality }) => {
    const isReal = locality !== 'local'
    if (isReal && api.locality === 'local')
      return [
        `${api.setting} is local but ${setting} is a real provider, which could never deliver: ` +
          `set ${api.setting} to a public https origin, or ${setting} to the sandbox`,
      ]
    if (isReal && api.locality === 'unknown')
      return [
        `${api.setting} has no address but ${setting} is a real provider: check its DNS entry`,
      ]
    if (!isReal && api.locality !== 'local')
      return [
        `${setting} is local but ${api.setting} is public: set both to the real ones, or both local`,
      ]
    return []
  })
}
