import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { signed } from '../../support/calendly-payloads.ts'
import { post, sendRaw } from '../raw-http.ts'
import type { RawAnswer } from '../raw-http.ts'
import { is } from './answers.ts'
import type { ANSWERS } from './answers.ts'
import { freshBody, JSON_TYPE, nowSeconds, openDoor, signatureLine, taken } from './door.ts'
import type { Door } from './door.ts'

describe('webhook framing', () => {
  let door: Door
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  const path = (): string => `/webhooks/calendly/${door.tenant.endpoint}`
  const honest = (body: Buffer): string =>
    signatureLine(signed(door.tenant.signingKey, { t: nowSeconds(), body }))
  const send = (headers: readonly string[], body: Buffer = freshBody()): Promise<RawAnswer> =>
    sendRaw(door.api.port, post(path(), [honest(body), ...headers], body))

  /** Promises one answer to an authentic body under each of these headers, and no trace. */
  const refuses = (
    name: keyof typeof ANSWERS,
    headers: readonly (readonly string[])[],
    body?: () => Buffer,
  ): Promise<void> =>
    door.leaves({}, async () => {
      for (const lines of headers)
        is(await send(['Connection: close', ...lines], body?.()), name, lines.join().slice(0, 60))
    })

  /** Promises that these headers do no harm to a delivery. */
  const takes = (headers: readonly (readonly string[])[]): Promise<void> =>
    door.leaves(taken(headers.length), async () => {
      for (const lines of headers) is(await send(lines), 'taken', lines.join())
    })

  it('cases 22 and 68: refuses control characters in a header and frames that contradict themselves', () =>
    door.leaves({}, async () => {
      for (const lines of [
        'X-Odd: a\u0000b',
        'X-Odd: a\rb',
        'X-Odd: a\nb',
        'X-Odd: a\r\n b',
        'Transfer-Encoding: chunked\r\nContent-Length: 5',
        'Content-Length: 5\r\nContent-Length: 6',
        'Content-Length: -1',
        'Content-Length: 0x2',
      ]) {
        const request = `POST ${path()} HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n\r\nhello`
        is(await sendRaw(door.api.port, Buffer.from(request, 'latin1')), 'notHttp', lines)
      }
      const body = freshBody()
      const onlyLf = post(path(), [JSON_TYPE, honest(body)], body).toString()
      is(await sendRaw(door.api.port, onlyLf.replaceAll('\r\n', '\n')), 'notHttp')
    }))

  it('case 23: refuses a header of twenty kilobytes', () =>
    refuses('headOverflow', [[JSON_TYPE, `X-Long: ${'x'.repeat(20_000)}`]]))

  it('case 24: refuses thousands of headers, and lives', async () => {
    const many = Array.from({ length: 2_100 }, (_, index) => `A${index}: 1`)

    await refuses('manyHeaders', [[JSON_TYPE, ...many.slice(0, 100)]])
    await refuses('headOverflow', [[JSON_TYPE, ...many]])

    await takes([[JSON_TYPE, ...many.slice(0, 90)]])
  })

  it('case 62: refuses every content type but JSON, before any signature is looked at', () =>
    refuses('notJson', [
      [],
      ['Content-Type: text/plain'],
      ['Content-Type: application/x-www-form-urlencoded'],
      ['Content-Type: multipart/form-data; boundary=x'],
    ]))

  it('case 63: refuses what merely begins like JSON', () =>
    refuses('notJson', [
      ['Content-Type: application/json\ta'],
      ['Content-Type: application/json garbage'],
      ['Content-Type: application/jsonp'],
    ]))

  it('case 63: takes JSON in odd case and with odd spaces', () =>
    takes([
      ['Content-Type: Application/JSON'],
      ['Content-Type:   application/json'],
      ['Content-Type: application/json ; charset=UTF-8'],
    ]))

  it('case 64: refuses other character sets', () =>
    refuses(
      'notJson',
      ['utf-16', '"utf-7"', 'latin1'].map((set) => [
        `Content-Type: application/json; charset=${set}`,
      ]),
    ))

  it('cases 65 and 66: refuses a compressed body, a bomb or not', async () => {
    const gzip = [[JSON_TYPE, 'Content-Encoding: gzip']]

    await refuses('compressed', gzip, () => gzipSync(freshBody()))
    await refuses('compressed', gzip, () => gzipSync(Buffer.alloc(5_000_000)))
  })

  it('case 67: refuses a body over the limit, declared or in chunks, and keeps none of it', () =>
    door.leaves({}, async () => {
      const head = `POST ${path()} HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}\r\n`
      const declared = `${head}Content-Length: 99999999\r\n\r\n`
      const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`.repeat(9)
      const before = process.memoryUsage().rss

      for (let times = 0; times < 100; times += 1)
        is(await sendRaw(door.api.port, declared), 'tooLarge')
      is(
        await sendRaw(door.api.port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`),
        'tooLarge',
      )

      // A hundred of them, kept, would be ten gigabytes.
      assert.ok(process.memoryUsage().rss - before < 500e6)
    }))

  it('cases 69 and 70: takes no notice of foreign hosts, in headers or in the request line', () =>
    door.leaves(taken(2), async () => {
      const [body, other] = [freshBody(), freshBody()]
      const absolute = post(`http://evil.test${path()}`, [JSON_TYPE, honest(body)], body)
      const twoHosts = post(path(), ['Host: evil.test', JSON_TYPE, honest(other)], other)

      for (const request of [absolute, twoHosts]) {
        const answer = await sendRaw(door.api.port, request)
        is(answer, 'taken')
        assert.doesNotMatch(answer.head, /evil/)
      }
    }))

  it('case 73: knows no other method, and no cross-origin preflight', () =>
    door.leaves({}, async () => {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'OPTIONS'])
        for (const target of [path(), '/api/calendly/webhook']) {
          const request = `${method} ${target} HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\nAccess-Control-Request-Method: POST\r\n\r\n`
          const answer = await sendRaw(door.api.port, request)
          is(answer, 'noSuchPath', `${method} ${target}`)
          assert.doesNotMatch(answer.head, /access-control-allow/i)
        }
    }))

  it('case 74: refuses an expectation it does not know', () =>
    refuses('oddExpectation', [[JSON_TYPE, 'Expect: 200-maybe']]))

  it('case 74: ignores the wish to upgrade', () =>
    takes([[JSON_TYPE, 'Connection: Upgrade', 'Upgrade: h2c']]))

  it('case 75: believes no forwarded address of a stranger', async () => {
    const left: number[] = []

    for (const address of ['203.0.113.1', '203.0.113.2']) {
      const request = `GET /api/me HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n\r\n`
      const { status, head } = await sendRaw(door.api.port, request)
      assert.equal(status, 401)
      left.push(Number(/x-ratelimit-remaining: (\d+)/i.exec(head)?.[1]))
    }

    assert.equal(left[1], (left[0] ?? 0) - 1)
    await takes([[JSON_TYPE, 'X-Forwarded-For: 203.0.113.3']])
  })

  it('case 76: knows no path but that of an id, and asks no database about it', () =>
    door.leaves({}, async () => {
      const { endpoint } = door.tenant
      const ids = ['%00', '..%2f', '%ff', 'a'.repeat(200), 'short']
      ids.push(`${endpoint}/`, `/${endpoint}`, `${endpoint};x`)
      for (const id of ids) {
        const { status, body } = await door.knock({ path: `/webhooks/calendly/${id}` })
        assert.ok([400, 404, 414].includes(status), `${id} ${status}`)
        assert.doesNotMatch(body, new RegExp(endpoint))
      }
    }))
})
