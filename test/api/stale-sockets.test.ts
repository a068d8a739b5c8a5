import assert from 'node:assert/strict'
import { SignJWT } from 'jose'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { callerOf } from './calling.ts'
import { JWT_SECRET, startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

/** What the specification of the sockets promises. */
const WITHIN_MS = 5_000
/** As in api/tokens.ts: a token is accepted for this long after its end. */
const TOLERANCE_SECONDS = 30

describe('sockets of who may listen no more', () => {
  let api: TestApi
  let admin: string
  const sockets: Socket[] = []
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi()
    admin = await tokenOf({ organization: 'acme', subject: 'ada', role: 'admin' })
  })
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close()
  })
  after(() => api.close())

  async function listen(token: string): Promise<Socket> {
    const auth = { token }
    const socket = io(api.origin, { transports: ['websocket'], reconnection: false, auth })
    sockets.push(socket)
    await new Promise((resolve, reject) => {
      socket.on('ready', resolve)
      socket.on('connect_error', reject)
    })
    return socket
  }

  const makeKey = async (token = admin, role = 'member'): Promise<{ id: string; key: string }> => {
    const body = { name: 'a program', role }
    const made = await call('/api/api-keys', { token, body })
    return { id: String(made.body['id']), key: String(made.body['key']) }
  }

  it('ends within five seconds with a revoked key or an expired token, and only those', async () => {
    const end = (Math.floor(Date.now() / 1_000) + 2) * 1_000
    const [revoked, kept] = [await makeKey(), await makeKey()]
    const byKey = [await listen(revoked.key), await listen(revoked.key)]
    const expiring = await listen(await tokenUntil(end))
    const staying = [
      await listen(kept.key),
      await listen(admin),
      await listen(await tokenOf({ organization: 'acme', subject: 'rita' })),
    ]

    const expired = untilDropped(expiring, end)
    const since = Date.now()
    const ended = byKey.map((socket) => untilDropped(socket, since))
    await call(`/api/api-keys/${revoked.id}`, { token: admin, method: 'DELETE' })
    const waits = await Promise.all([expired, ...ended])

    for (const ms of waits) assert.ok(ms > 0 && ms < WITHIN_MS, `${ms} ms`)
    assert.deepEqual(
      staying.map(({ connected }) => connected),
      [true, true, true],
    )
  })

  it('ends with an admin’s key whose owner is one no more, and goes on with what it still may', async () => {
    const alma = { organization: 'acme', subject: 'alma' }
    const asAdmin = await tokenOf({ ...alma, role: 'admin' })
    const [lessened, same] = [await makeKey(asAdmin, 'admin'), await makeKey(asAdmin)]
    const [losing, staying] = [await listen(lessened.key), await listen(same.key)]

    const dropped = untilDropped(losing, Date.now())
    await call('/api/me', { token: await tokenOf(alma) })

    assert.ok((await dropped) < WITHIN_MS)
    assert.ok(staying.connected)
  })

  it('ends for members when their organization no longer shares, and goes on for admins', async () => {
    const share = (visibility: string) =>
      call('/api/organization', { token: admin, method: 'PATCH', body: { visibility } })
    await share('shared')
    const nora = await listen(await tokenOf({ organization: 'acme', subject: 'nora' }))
    const ada = await listen(admin)

    const dropped = untilDropped(nora, Date.now())
    await share('own')

    assert.ok((await dropped) < WITHIN_MS)
    assert.ok(ada.connected)
  })
})

/** Promises the milliseconds until a socket is shown the door; fails when it is not. */
function untilDropped(socket: Socket, sinceMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new assert.AssertionError({ message: 'still there' })),
      WITHIN_MS + 1_000,
    )
    socket.once('disconnect', () => {
      clearTimeout(late)
      resolve(Date.now() - sinceMs)
    })
  })
}

/** Promises a token that is accepted until this moment, to the second. */
const tokenUntil = (endMs: number): Promise<string> =>
  new SignJWT({ org: 'acme', role: 'member' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('rita')
    .setIssuedAt()
    .setExpirationTime(Math.floor(endMs / 1_000) - TOLERANCE_SECONDS)
    .sign(new TextEncoder().encode(JWT_SECRET))
