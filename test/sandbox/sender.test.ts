import assert from 'node:assert/strict'
import { createSender } from '../../sandbox/sender.ts'
import { startReceiver } from './receiver.ts'

describe('sandbox: sender', () => {
  it('gives up on a receiver that takes a delivery and does not answer in time', async () => {
    const receiver = await startReceiver()
    receiver.answer(200, {}, { isSilent: true })
    const times = { connectMilliseconds: 10_000, readMilliseconds: 50 }
    const sender = createSender({ connections: 1, ...times })

    const sent = await sender.post({ url: receiver.url, body: '{}', headers: {} })

    assert.equal(receiver.received.length, 1)
    assert.deepEqual([sent.status, sent.error], [null, 'UND_ERR_HEADERS_TIMEOUT'])
    await sender.close()
    await receiver.close()
  })
})
