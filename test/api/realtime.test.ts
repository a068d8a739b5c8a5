import assert from 'node:assert/strict'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { APP_URL, startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

interface Frame {
  readonly seq: number
  readonly id: string
}

async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 5_000
  while (!isTrue() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.ok(isTrue())
}

describe('sockets', () => {
  let api: TestApi
  let organizationId: string
  let ritaId: string
  let clientId: string
  const tokens = { admin: '', rita: '', carl: '', stranger: '', client: '' }
  const sockets: Socket[] = []
  before(async () => {
    api = await startTestApi()
    const person = async (
      subject: string,
      role: 'admin' | 'member' | 'client' = 'member',
      organization = 'acme',
    ): Promise<string> => {
      const found = await api.database.directory.resolveIdentity({ organization, subject, role })
      assert.ok(found !== 'otherOrganization')
      if (subject === 'rita') ({ organizationId, userId: ritaId } = found)
      if (role === 'client') clientId = found.userId
      return tokenOf({ organization, subject, role })
    }
    tokens.admin = await person('ada', 'admin')
    tokens.rita = await person('rita')
    tokens.carl = await person('carl')
    tokens.client = await person('cleo', 'client')
    tokens.stranger = await person('hank', 'admin', 'globex')
  })
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close()
  })
  after(() => api.close())

  /** Promises that a change is committed, seen by Rita and by who sees all. */
  const change = (id: string): Promise<void> =>
    api.database.withTenant(organizationId, async (tx) => {
      tx.emit('prospect:created', { id }, [ritaId])
    })

  /** Promises a socket that is ready, with the frames it has heard. */
  async function listen(
    token: string,
    seq?: number,
  ): Promise<{ frames: Frame[]; ready: { seq: number; missed: boolean }; socket: Socket }> {
    const socket = io(api.origin, {
      path: '/socket.io',
      transports: ['websocket'],
      reconnection: false,
      auth: seq === undefined ? { token } : { token, seq },
    })
    sockets.push(socket)
    const frames: Frame[] = []
    socket.on('prospect:created', (frame: Frame) => void frames.push(frame))
    const ready = await new Promise<{ seq: number; missed: boolean }>((resolve, reject) => {
      socket.on('ready', resolve)
      socket.on('connect_error', reject)
    })
    return { frames, ready, socket }
  }

  it('tells a change within the second to its audience and to who sees all', async () => {
    const rita = await listen(tokens.rita)
    const admin = await listen(tokens.admin)

    const began = performance.now()
    await change('first')
    await until(() => rita.frames.length > 0 && admin.frames.length > 0)

    assert.ok(performance.now() - began < 1_000)
    assert.deepEqual([rita.frames[0]?.id, admin.frames[0]?.id], ['first', 'first'])
    assert.equal(rita.frames[0]?.seq, rita.ready.seq + 1)
  })

  it('tells nothing to a colleague who may not see it, nor to another organization', async () => {
    const carl = await listen(tokens.carl)
    const stranger = await listen(tokens.stranger)
    const rita = await listen(tokens.rita)

    await change('hidden')
    await until(() => rita.frames.length > 0)

    assert.deepEqual([carl.frames, stranger.frames], [[], []])
  })

  it('tells a returning socket what it missed, in order and once', async () => {
    const { ready, socket } = await listen(tokens.rita)
    socket.close()
    await change('missed one')
    await change('missed two')

    const back = await listen(tokens.rita, ready.seq)
    await change('present')
    await until(() => back.frames.length >= 3)

    assert.deepEqual(
      back.frames.map(({ id }) => id),
      ['missed one', 'missed two', 'present'],
    )
    const first = ready.seq + 1
    assert.deepEqual(
      back.frames.map(({ seq }) => seq),
      [first, first + 1, first + 2],
    )
  })

  it('tells a returning socket that some of what it missed is gone', async () => {
    const { ready: first, socket } = await listen(tokens.rita)
    socket.close()
    for (const id of ['kept', 'gone', 'kept, too']) await change(id)
    await api.owner.query(
      `update outbox set created_at = now() - interval '8 days'
        where organization_id = $1 and seq = $2`,
      [organizationId, first.seq + 2],
    )
    assert.equal(await api.database.directory.purgeExpired(100), 1)

    const back = await listen(tokens.rita, first.seq)
    const later = await listen(tokens.rita, first.seq + 2)
    const latest = await listen(tokens.rita, first.seq + 3)
    const elsewhere = await listen(tokens.rita, first.seq + 1_000)

    assert.deepEqual(
      back.frames.map(({ id }) => id),
      ['kept', 'kept, too'],
    )
    const seq = first.seq + 3
    assert.deepEqual(
      [first, back.ready, later.ready, latest.ready, elsewhere.ready],
      [
        { seq: first.seq, missed: false },
        { seq, missed: true },
        { seq, missed: false },
        { seq, missed: false },
        { seq, missed: true },
      ],
    )
  })

  it('filters what was missed by what the viewer may see', async () => {
    const { ready, socket } = await listen(tokens.carl)
    socket.close()
    await change('not for carl')

    const back = await listen(tokens.carl, ready.seq)

    assert.deepEqual(back.frames, [])
    assert.ok(back.ready.seq > ready.seq)
  })

  it('loses and doubles nothing for sockets that come while changes pour in', async () => {
    const { ready } = await listen(tokens.rita)
    const pouring = Promise.all(Array.from({ length: 30 }, (_, index) => change(`p${index}`)))
    const late = await Promise.all(Array.from({ length: 5 }, () => listen(tokens.rita, ready.seq)))
    await pouring

    await until(() => late.every(({ frames }) => frames.length >= 30))

    for (const { frames } of late)
      assert.deepEqual(
        frames.map(({ seq }) => seq),
        Array.from({ length: 30 }, (_, index) => ready.seq + 1 + index),
      )
  })

  it('hears of what another process committed, once a second at the latest', async () => {
    const deaf = await startTestApi({ options: { listenUrl: 'postgres://nobody@127.0.0.1:1/x' } })
    const identity = await deaf.database.directory.resolveIdentity({
      organization: 'acme',
      subject: 'ada',
      role: 'admin',
    })
    assert.ok(identity !== 'otherOrganization')
    const socket = io(deaf.origin, { transports: ['websocket'], auth: { token: tokens.admin } })
    sockets.push(socket)
    const heard = new Promise<Frame>((resolve) => socket.on('prospect:created', resolve))
    await new Promise((resolve) => socket.on('ready', resolve))

    await deaf.database.withTenant(identity.organizationId, async (tx) => {
      tx.emit('prospect:created', { id: 'found by looking' }, [])
    })
    const frame = await heard
    socket.close()
    await deaf.close()

    assert.equal(frame.id, 'found by looking')
  })

  it('refuses a socket without a valid token', async () => {
    await assert.rejects(listen('x'.repeat(40)), /refused/)
  })

  it('tells a client of its own sessions, and of nothing else', async () => {
    const { socket, frames } = await listen(tokens.client)
    const heard: unknown[] = []
    socket.on('session:created', ({ id }: Frame) => void heard.push(id))
    await api.database.withTenant(organizationId, async (tx) => {
      tx.emit('session:created', { id: 'somebody else’s' }, [ritaId])
      tx.emit('prospect:created', { id: 'of a client' }, [clientId])
      tx.emit('session:created', { id: 'its own' }, [clientId, ritaId])
    })

    await until(() => heard.length > 0)

    assert.deepEqual([heard, frames], [['its own'], []])
  })

  it('refuses a page of another origin, and takes one of the front end', async () => {
    const statuses: number[] = []

    for (const origin of ['http://evil.test', APP_URL]) {
      const url = `${api.origin}/socket.io/?EIO=4&transport=polling`
      statuses.push((await fetch(url, { headers: { origin } })).status)
    }

    assert.deepEqual(statuses, [403, 200])
  })

  it('puts a socket into no room that it asks for', async () => {
    const carl = await listen(tokens.carl)
    const stranger = await listen(tokens.stranger)
    for (const { socket } of [carl, stranger])
      for (const room of [`org:${organizationId}`, `user:${ritaId}`]) socket.emit('join', room)
    const rita = await listen(tokens.rita)

    await change('still hidden')
    await until(() => rita.frames.length > 0)

    assert.deepEqual([carl.frames, stranger.frames], [[], []])
  })
})
