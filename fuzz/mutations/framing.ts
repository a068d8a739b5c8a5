import { gzipSync } from 'node:zlib'
import { bytesOf } from '../shipments.ts'
import type { Honest, Shipment } from '../shipments.ts'
import type { Mutation } from './mutation.ts'

/** The same request with a part of its text replaced. */
const rewritten = (honest: Honest, from: string | RegExp, to: string): Shipment => ({
  ...honest,
  raw: Buffer.from(
    bytesOf(honest)
      .toString('latin1')
      .replace(from, () => to),
    'latin1',
  ),
})

const withLines = (honest: Honest, ...lines: readonly string[]): Shipment => ({
  ...honest,
  lines: [...honest.lines, ...lines],
})

const LENGTH = /Content-Length: \d+/

/** What can be wrong with the frame of a delivery whose signature is right: only HTTP shows it. */
export const FRAMING_MUTATIONS: Readonly<Record<string, Mutation>> = {
  otherType: (honest, random) => ({
    ...honest,
    lines: random.one([
      [],
      ['Content-Type: text/plain'],
      ['Content-Type: application/jsonp'],
      ['Content-Type: application/json\ta'],
      ['Content-Type: application/json garbage'],
      ['Content-Type: application/json; charset=utf-16'],
      ['Content-Type: application/x-www-form-urlencoded'],
      ['Content-Type: application/json', 'Content-Encoding: gzip'],
      ['Content-Type: application/json', 'Content-Encoding: br, identity'],
    ]),
  }),
  compressed: (honest) =>
    withLines({ ...honest, body: gzipSync(honest.body) }, 'Content-Encoding: gzip'),
  otherMethod: (honest, random) => ({
    ...honest,
    method: random.one(['PUT', 'PATCH', 'DELETE', 'TRACE', 'post', 'OPTIONS', 'PROPFIND']),
  }),
  otherPath: (honest, random) => ({
    ...honest,
    path: random.one([
      `${honest.path}/`,
      `/${honest.path}`,
      `${honest.path};x`,
      `${honest.path}%00`,
      honest.path.toUpperCase(),
      honest.path.slice(0, -12),
      honest.path.replace('calendly', 'calcom'),
      honest.path.replace('/webhooks/', '/webhooks/../webhooks/'),
      `${honest.path}${'a'.repeat(100)}`,
    ]),
  }),
  lengthTwice: (honest, random) =>
    rewritten(
      honest,
      LENGTH,
      `Content-Length: ${honest.body.length}\r\nContent-Length: ${1 + random.below(9_999)}`,
    ),
  lengthShort: (honest, random) =>
    rewritten(honest, LENGTH, `Content-Length: ${random.below(honest.body.length)}`),
  lengthOdd: (honest, random) =>
    rewritten(
      honest,
      LENGTH,
      `Content-Length: ${random.one(['-1', '0x2', '1e3', '+5', '', '9'.repeat(30)])}`,
    ),
  lengthHuge: (honest, random) =>
    rewritten(honest, LENGTH, `Content-Length: ${300_000 + random.below(2 ** 30)}`),
  lengthAndChunks: (honest) =>
    rewritten(
      honest,
      LENGTH,
      `Content-Length: ${honest.body.length}\r\nTransfer-Encoding: chunked`,
    ),
  chunksBroken: (honest, random) =>
    rewritten(
      honest,
      /Content-Length: \d+\r\n\r\n/,
      `Transfer-Encoding: chunked\r\n\r\n${random.one(['zz\r\n', '-1\r\n', 'fffffffffffffffff\r\n', '5 5\r\n'])}`,
    ),
  bodyTooLarge: (honest) => ({
    ...honest,
    body: Buffer.concat([honest.body, Buffer.alloc(262_144, ' ')]),
  }),
  headersMany: (honest, random) =>
    withLines(honest, ...Array.from({ length: 100 + random.below(500) }, (_, at) => `X${at}: 1`)),
  headerLong: (honest, random) =>
    withLines(honest, `X-Long: ${'x'.repeat(16_500 + random.below(9_999))}`),
  headerControl: (honest, random) =>
    withLines(honest, `X-Odd: a${random.one(['\0', '\r', '\n', '\x7f'])}b`),
  lineFeedsOnly: (honest) => ({
    ...honest,
    raw: Buffer.from(bytesOf(honest).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  }),
  otherProtocol: (honest, random) =>
    rewritten(honest, 'HTTP/1.1', random.one(['HTTP/9.9', 'HTP/1.1', 'HTTP/1.', 'http/1.1'])),
  expectation: (honest) => withLines(honest, 'Expect: 200-maybe'),
  noHost: (honest) => rewritten(honest, 'Host: localhost\r\n', ''),
}
