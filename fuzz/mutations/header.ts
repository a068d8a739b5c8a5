import { digestOf, spliced, under } from './mutation.ts'
import type { Mutation } from './mutation.ts'

/** Everything a header field may hold but a blank, which the parser of HTTP strips at the ends. */
const VISIBLE = Array.from({ length: 94 }, (_, at) => String.fromCodePoint(0x21 + at))
const PRINTABLE = [...VISIBLE, 'é', 'ÿ', '\u00a0'] as unknown as [string, ...string[]]

const valueOf = ({ signatures }: { readonly signatures: readonly string[] }): string =>
  signatures[0] ?? ''

/** What can be wrong with the signature's header while time and key are right. */
export const HEADER_MUTATIONS: Readonly<Record<string, Mutation>> = {
  headerMissing: (honest) => under(honest),
  headerEmpty: (honest) => under(honest, ''),
  headerBlank: (honest) => under(honest, ' \t '),
  headerTwice: (honest) => under(honest, `t=${honest.t},v1=${'a'.repeat(64)}`, valueOf(honest)),
  headerRepeated: (honest) => under(honest, valueOf(honest), valueOf(honest)),
  charDropped(honest, random) {
    const value = valueOf(honest)
    const at = random.below(value.length)
    return under(honest, spliced(value, { at, until: at + 1 }))
  },
  charInserted(honest, random) {
    const value = valueOf(honest)
    return under(
      honest,
      spliced(value, { at: random.below(value.length + 1), put: random.one(PRINTABLE) }),
    )
  },
  charReplaced(honest, random) {
    const value = valueOf(honest)
    const at = random.below(value.length)
    const put = random.one(PRINTABLE)
    return under(honest, spliced(value, { at, until: at + 1, put: put === value[at] ? '~' : put }))
  },
  blankInside(honest, random) {
    const value = valueOf(honest)
    return under(honest, spliced(value, { at: 1 + random.below(value.length - 1), put: ' ' }))
  },
  digestCut(honest, random) {
    return under(honest, valueOf(honest).slice(0, -(1 + random.below(64))))
  },
  digestPadded: (honest, random) =>
    under(honest, `${valueOf(honest)}${random.one(['00', 'zz', '0', '=', '=extra', ';'])}`),
  digestUpperCase: (honest) => under(honest, `t=${honest.t},v1=${digestOf(honest).toUpperCase()}`),
  digestBase64: (honest) =>
    under(honest, `t=${honest.t},v1=${Buffer.from(digestOf(honest), 'hex').toString('base64')}`),
  digestEmpty: (honest) => under(honest, `t=${honest.t},v1=`),
  digestOnly: (honest) => under(honest, `v1=${digestOf(honest)}`),
  digestBare: (honest, random) =>
    under(honest, `${random.one(['', 'sha256=', 'v1='])}${digestOf(honest)}`),
  timeOnly: (honest) => under(honest, `t=${honest.t}`),
  timeTwice: (honest, random) =>
    under(honest, `t=${honest.t - random.below(2_000)},${valueOf(honest)}`),
  otherVersion: (honest, random) =>
    under(
      honest,
      `t=${honest.t},${random.one(['v0', 'v2', 'V1', 'v', '1', 'v01'])}=${digestOf(honest)}`,
    ),
  otherSeparator: (honest, random) =>
    under(honest, valueOf(honest).replace(',', random.one([';', '&', ' ', ',,', '|', ', ']))),
  manyDigests(honest, random) {
    const many = Array.from({ length: 6 + random.below(100) }, () => `v1=${'b'.repeat(64)}`)
    return under(honest, `t=${honest.t},${many.join(',')},v1=${digestOf(honest)}`)
  },
  inQuery: (honest) => ({
    ...honest,
    signatures: [],
    path: `${honest.path}?calendly-webhook-signature=${valueOf(honest)}`,
  }),
}
