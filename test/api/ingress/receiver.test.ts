import assert from 'node:assert/strict'
import { createReceiver } from '../../../api/ingress/receiver.ts'
import type { IngressStore } from '../../../db/ingress-store.ts'
import { calendlyWebhook } from '../../../providers/calendly/client.ts'
import { RITA } from '../../support/calendly-payloads.ts'

/** A receiver whose database fails, so that any question to it is seen. */
const cutOff = () =>
  createReceiver({
    provider: 'calendly',
    webhook: calendlyWebhook,
    store: {
      lookUpEndpoints: async () => Promise.reject(new Error('asked')),
      keysForAccount: async () => Promise.reject(new Error('asked')),
    } as unknown as IngressStore,
    appKeys: [],
    hasOwnKeysOnly: false,
    now: Date.now,
    reserve: () => undefined,
  })

const rawBody = Buffer.from(JSON.stringify({ event: 'x', created_by: RITA, payload: {} }))
const shapely = `t=${Math.floor(Date.now() / 1_000)},v1=${'a'.repeat(64)}`

describe('the receiver of deliveries', () => {
  it('asks the database nothing about a signature that no key could have made', async () => {
    const receiver = cutOff()

    for (const signature of [undefined, '', 'nonsense', 'x'.repeat(2_000)]) {
      const arrival = { signature, rawBody, userAgent: undefined }
      for (const { kind } of [
        await receiver.atEndpoint('e'.repeat(32), arrival),
        await receiver.atSharedRoute(arrival),
      ])
        assert.equal(kind, 'refused')
    }
    receiver.close()
  })

  it('refuses nothing that has the right form without having asked', async () => {
    const receiver = cutOff()
    const arrival = { signature: shapely, rawBody, userAgent: undefined }

    await assert.rejects(receiver.atEndpoint('e'.repeat(32), arrival))
    await assert.rejects(receiver.atSharedRoute(arrival))

    receiver.close()
  })
})
