import assert from 'node:assert/strict'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { until } from '../../support/until.ts'
import { is } from './answers.ts'
import { JSON_TYPE, openDoor } from './door.ts'
import type { Door } from './door.ts'

describe('webhook callers that take their time', () => {
  let door: Door
  before(async () => void (door = await openDoor({ options: { arrivalMs: 1_000 } })))
  after(() => door.close())

  /** Promises the end of a caller that sends so much at once and then a byte now and then. */
  function trickle(begin: string): Promise<string> {
    return new Promise((resolve) => {
      const socket: Socket = connect(door.api.port, '127.0.0.1')
      let told = ''
      socket.write(begin)
      const drip = setInterval(() => socket.write('x'), 200)
      socket.on('data', (chunk) => (told += chunk.toString()))
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(drip)
        resolve(told)
      })
    })
  }

  it('case 71: ends five hundred slow sockets in time, and serves everybody else meanwhile', async () => {
    const head = `POST /webhooks/calendly/${door.tenant.endpoint} HTTP/1.1\r\nHost: x\r\n`
    const rows = await door.rows()
    let ended = 0
    const slow = Array.from({ length: 500 }, async (_, at) => {
      const told = await trickle(
        at % 2 === 0 ? `${head}X-Slow: ` : `${head}${JSON_TYPE}\r\nContent-Length: 1000\r\n\r\n{`,
      )
      ended += 1
      return told
    })

    let served = 0
    const worst = { ms: 0 }
    while (ended < slow.length && served < 5_000) {
      const began = performance.now()
      is(await door.knock({}), 'taken')
      worst.ms = Math.max(worst.ms, performance.now() - began)
      served += 1
    }
    await until(() => ended === slow.length)

    for (const told of await Promise.all(slow)) assert.match(told, /^HTTP\/1\.1 408 /)
    assert.equal(await door.rows(), rows + served)
    assert.ok(served > 10, `${served} served`)
    assert.ok(worst.ms < 5_000, `${worst.ms} ms`)
  })
})
