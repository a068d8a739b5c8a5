import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { promisify } from 'node:util'
import { isProviderError, type ProviderErrorKind } from '../../providers/failures.ts'
import { createHttp, type Http } from '../../providers/http.ts'

const run = promisify(execFile)
const SECRET = 'Bearer very-secret'

/** The kind a call fails with, or the status it is answered with. */
async function fateOf(sending: Promise<{ status: number }>): Promise<ProviderErrorKind | number> {
  try {
    return (await sending).status
  } catch (error) {
    assert.ok(isProviderError(error), String(error))
    assert.equal(error.message.includes('very-secret'), false)
    return error.kind
  }
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port

describe('the one door out', () => {
  let http: Http
  let server: Server
  let answer: RequestListener
  let origin: string
  let seen: { url: string; authorization: string | undefined; body: string }[]

  before(async () => {
    http = createHttp({ allowLoopback: true, totalMs: 400 })
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { authorization } = request.headers
        seen.push({ url: request.url ?? '', authorization, body: Buffer.concat(chunks).toString() })
        answer(request, response)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${portOf(server)}`
  })

  beforeEach(() => {
    seen = []
  })

  after(async () => {
    await http.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const call = (told: Partial<Parameters<Http['send']>[0]> = {}) =>
    http.send({
      operation: 'test call',
      method: 'POST',
      url: `${origin}/path`,
      origins: [origin],
      authorization: SECRET,
      ...told,
    })

  it('sends a form or JSON, and reads JSON, budget and wait', async () => {
    answer = (_request, response) =>
      response
        .writeHead(429, {
          'x-ratelimit-limit': '50',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': '42',
          'retry-after': '7',
        })
        .end('{"a":1}')

    const form = await call({ form: { code: 'a b&c' } })
    await call({ json: { name: 'é' } })

    assert.deepEqual(form, {
      status: 429,
      body: { a: 1 },
      rate: { limit: 50, remaining: 0, resetSeconds: 42 },
      retryAfterMs: 7_000,
    })
    assert.deepEqual(
      seen.map(({ body }) => body),
      ['code=a+b%26c', '{"name":"é"}'],
    )
  })

  it('never sends anything to another origin', async () => {
    answer = (_request, response) => response.end('{}')

    const fates = await Promise.all([
      fateOf(call({ origins: ['https://api.calendly.com'] })),
      fateOf(call({ url: `${origin.replace('http://', 'http://user@')}/` })),
      fateOf(call({ url: 'https://169.254.169.254/' })),
      fateOf(call({ url: 'nonsense' })),
    ])

    assert.deepEqual(fates, Array(4).fill('forbiddenOrigin'))
    assert.deepEqual(seen, [])
  })

  it('follows no redirect', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()

    assert.equal(await fateOf(call()), 302)
    assert.deepEqual(
      seen.map(({ url }) => url),
      ['/path'],
    )
  })

  it('goes through no proxy that the environment names', async () => {
    answer = (_request, response) => response.end('{}')
    const script = `
      import { createHttp } from ${JSON.stringify(import.meta.resolve('../../providers/http.ts'))}
      const http = createHttp({ allowLoopback: true, totalMs: 4000 })
      const call = { operation: 'x', method: 'GET', url: '${origin}/x', origins: ['${origin}'] }
      console.log((await http.send(call)).status)
      await http.close()`
    const proxy = 'http://127.0.0.1:1'
    const env = { http_proxy: proxy, HTTP_PROXY: proxy, HTTPS_PROXY: proxy }

    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env })

    assert.equal(stdout.trim(), '200')
    assert.deepEqual(
      seen.map(({ url }) => url),
      ['/x'],
    )
  })

  it('calls a refused connection unsent', async () => {
    const other = createTcpServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const closed = `http://127.0.0.1:${portOf(other)}`
    await new Promise((resolve) => other.close(resolve))

    assert.equal(await fateOf(call({ url: closed, origins: [closed] })), 'unsent')
  })

  it('calls a name that does not resolve, or only to a forbidden address, unsent', async () => {
    const url = 'https://api.provider.test/'
    const lost = createHttp({
      allowLoopback: false,
      resolve: (_name, _options, done) => done(new Error('ENOTFOUND'), []),
    })
    const bound = createHttp({
      allowLoopback: false,
      resolve: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    })
    const told = { operation: 'x', method: 'GET', url, origins: [new URL(url).origin] } as const

    assert.equal(await fateOf(lost.send(told)), 'unsent')
    assert.equal(await fateOf(bound.send(told)), 'unsent')
    await Promise.all([lost.close(), bound.close()])
  })

  it('calls silence after the request unclear, and waits no longer than told', async () => {
    answer = () => undefined
    const begun = Date.now()

    assert.equal(await fateOf(call()), 'unclear')
    assert.equal(seen.length, 1)
    assert.ok(Date.now() - begun < 3_000)
  })

  for (const isOnce of [true, false])
    it(`calls a connection closed without an answer unclear (once: ${isOnce})`, async () => {
      answer = (request) => request.socket.destroy()

      assert.equal(await fateOf(call({ isOnce })), 'unclear')
      assert.equal(seen.length, 1)
    })

  it('calls a success cut off in its body unclear', async () => {
    answer = (request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"a":', () => request.socket.destroy())
    }

    assert.equal(await fateOf(call()), 'unclear')
  })

  it('calls a success with a broken body unclear', async () => {
    answer = (_request, response) => response.end('{"access_token": "abc')

    assert.equal(await fateOf(call()), 'unclear')
  })

  it('calls a success whose body never ends unclear', async () => {
    answer = (_request, response) => response.write('{')

    assert.equal(await fateOf(call()), 'unclear')
  })

  it('reads no more than a mebibyte', async () => {
    answer = (_request, response) => response.end(`"${'x'.repeat(2_000_000)}"`)

    assert.equal(await fateOf(call()), 'unclear')
  })

  it('takes a refusal by its status whatever its body is', async () => {
    answer = (_request, response) => response.writeHead(502).end('<html>bad gateway')

    assert.deepEqual(await call(), {
      status: 502,
      body: undefined,
      rate: null,
      retryAfterMs: undefined,
    })
  })

  it('opens a connection of its own for what works once', async () => {
    const ports: (number | undefined)[] = []
    answer = (request, response) => {
      ports.push(request.socket.remotePort)
      response.end('{}')
    }

    await call({ isOnce: true })
    await call({ isOnce: true })

    assert.equal(new Set(ports).size, 2)
  })
})
