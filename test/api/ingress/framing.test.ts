import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { signed } from '../../support/calendly-payloads.ts'
import { post, sendRaw } from '../raw-http.ts'
import type { RawAnswer } from '../raw-http.ts'
import { freshBody, JSON_TYPE, nowSeconds, openDoor, signatureLine } from './door.ts'
import type { Door } from './door.ts'

describe('webhook framing', () => {
  let door: Door
  before(async () => void (door = await openDoor()))
  after(() => door.close())

  const path = (): string => `/webhooks/calendly/${door.tenant.endpoint}`
  const honest = (body: Buffer): string =>
    signatureLine(signed(door.tenant.signingKey, { t: nowSeconds(), body }))

  /** Promises the answer to an authentic body under these headers, and that nothing was stored. */
  async function refused(
    headers: readonly string[],
    body: Buffer = freshBody(),
  ): Promise<RawAnswer> {
    const rows = await door.rows()
    const answer = await sendRaw(
      door.api.port,
      post(path(), [honest(body), 'Connection: close', ...headers], body),
    )
    assert.equal(await door.rows(), rows)
    return answer
  }

  it('cases 22 and 68: refuses control characters in a header and frames that contradict themselves', async () => {
    for (const lines of [
      'X-Odd: a\u0000b',
      'Transfer-Encoding: chunked\r\nContent-Length: 5',
      'Content-Length: 5\r\nContent-Length: 6',
      'Content-Length: -1',
      'Content-Length: 0x2',
    ]) {
      const request = `POST ${path()} HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n\r\nhello`
      const { status } = await sendRaw(door.api.port, Buffer.from(request, 'latin1'))
      assert.equal(status, 400, lines)
    }
  })

  it('case 23: refuses a header of twenty kilobytes', async () => {
    assert.equal((await refused([JSON_TYPE, `X-Long: ${'x'.repeat(20_000)}`])).status, 431)
  })

  it('case 24: survives thousands of headers', async () => {
    const many = Array.from({ length: 2_100 }, (_, index) => `A${index}: 1`)

    const { status } = await refusedOrTaken(many)

    assert.ok([200, 431].includes(status), String(status))
    assert.equal((await door.knock({})).status, 200)
  })

  const refusedOrTaken = (headers: readonly string[]): Promise<RawAnswer> => {
    const body = freshBody()
    return sendRaw(door.api.port, post(path(), [JSON_TYPE, honest(body), ...headers], body))
  }

  it('case 62: refuses every content type but JSON, before any signature is looked at', async () => {
    for (const headers of [
      [],
      ['Content-Type: text/plain'],
      ['Content-Type: application/x-www-form-urlencoded'],
      ['Content-Type: multipart/form-data; boundary=x'],
    ])
      assert.equal((await refused(headers)).status, 415, headers.join())
  })

  it('case 63: refuses what merely begins like JSON', async () => {
    for (const type of ['application/json\ta', 'application/json garbage', 'application/jsonp'])
      assert.equal((await refused([`Content-Type: ${type}`])).status, 415, type)
  })

  it('case 63: takes JSON in odd case and with a space before the semicolon', async () => {
    for (const type of ['Application/JSON', 'application/json ; charset=UTF-8']) {
      const body = freshBody()
      const headers = [`Content-Type: ${type}`, honest(body)]
      assert.equal((await sendRaw(door.api.port, post(path(), headers, body))).status, 200, type)
    }
  })

  it('case 64: refuses other character sets', async () => {
    for (const charset of ['utf-16', '"utf-7"', 'latin1'])
      assert.equal(
        (await refused([`Content-Type: application/json; charset=${charset}`])).status,
        415,
        charset,
      )
  })

  it('cases 65 and 66: refuses a compressed body, a bomb or not', async () => {
    for (const body of [gzipSync(freshBody()), gzipSync(Buffer.alloc(5_000_000))])
      assert.equal((await refused([JSON_TYPE, 'Content-Encoding: gzip'], body)).status, 415)
  })

  it('case 67: refuses a body over the limit, declared or in chunks', async () => {
    const rows = await door.rows()
    const declared = `POST ${path()} HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}\r\nContent-Length: 99999999\r\n\r\n`
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`.repeat(9)
    const chunked = `POST ${path()} HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`

    assert.equal((await sendRaw(door.api.port, declared)).status, 413)
    assert.equal((await sendRaw(door.api.port, chunked)).status, 413)
    assert.equal(await door.rows(), rows)
  })

  it('cases 69 and 70: takes no notice of foreign hosts, in headers or in the request line', async () => {
    const body = freshBody()
    const absolute = post(`http://evil.test${path()}`, [JSON_TYPE, honest(body)], body)

    const { status, head, body: told } = await sendRaw(door.api.port, absolute)

    assert.ok([200, 404].includes(status), String(status))
    assert.doesNotMatch(head + told, /evil/)
  })

  it('case 72: keeps what was sent by a caller that does not wait for the answer', async () => {
    const body = freshBody()
    const signature = signed(door.tenant.signingKey, { t: nowSeconds(), body })
    const first = await door.knock({ body, signature })
    const rows = await door.rows()

    const again = await door.knock({ body, signature })

    assert.deepEqual([first.status, again.status], [200, 200])
    assert.equal(await door.rows(), rows)
  })

  it('case 73: knows no other method, and no cross-origin preflight', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'OPTIONS'])
      for (const target of [path(), '/api/calendly/webhook']) {
        const request = `${method} ${target} HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\nAccess-Control-Request-Method: POST\r\n\r\n`
        const { status, head } = await sendRaw(door.api.port, request)
        assert.ok([404, 405].includes(status), `${method} ${target} ${status}`)
        assert.doesNotMatch(head, /access-control-allow/i)
      }
  })

  it('case 74: refuses expectations it does not know, and ignores an upgrade', async () => {
    const body = freshBody()
    const expecting = post(
      path(),
      [JSON_TYPE, honest(body), 'Expect: 200-maybe', 'Connection: close'],
      body,
    )
    const other = freshBody()
    const upgrading = post(
      path(),
      [JSON_TYPE, honest(other), 'Connection: Upgrade', 'Upgrade: h2c'],
      other,
    )

    assert.equal((await sendRaw(door.api.port, expecting)).status, 417)
    assert.equal((await sendRaw(door.api.port, upgrading)).status, 200)
  })

  it('case 75: believes no forwarded address of a stranger', async () => {
    const left: number[] = []

    for (const address of ['203.0.113.1', '203.0.113.2']) {
      const { headers } = await fetch(`${door.api.origin}/api/me`, {
        headers: { 'x-forwarded-for': address },
      })
      left.push(Number(headers.get('x-ratelimit-remaining')))
    }

    assert.equal(left[1], (left[0] ?? 0) - 1)
  })

  it('case 76: knows no path but that of an id, and asks no database about it', async () => {
    const { endpoint } = door.tenant
    for (const id of [
      '%00',
      '..%2f',
      '%ff',
      'a'.repeat(200),
      `${endpoint}/`,
      `/${endpoint}`,
      `${endpoint};x`,
      'short',
    ]) {
      const rows = await door.rows()
      const { status } = await door.knock({ path: `/webhooks/calendly/${id}` })
      assert.ok([400, 404, 414].includes(status), `${id} ${status}`)
      assert.equal(await door.rows(), rows)
    }
  })
})
