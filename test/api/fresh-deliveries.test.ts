import assert from 'node:assert/strict'
import { createFreshDeliveries, type FreshDelivery } from '../../api/fresh-deliveries.ts'

const delivery = (integrationId: string): FreshDelivery => ({
  integrationId,
  content: { ok: true, event: null, session: null, rereads: null },
})

describe('fresh deliveries', () => {
  it('gives each one out once', () => {
    const fresh = createFreshDeliveries()
    fresh.keep('event', delivery('mine'))

    assert.deepEqual(fresh.take('event'), delivery('mine'))
    assert.equal(fresh.take('event'), undefined)
  })

  it('keeps the latest few, however many nobody asks for', () => {
    const fresh = createFreshDeliveries()
    for (let n = 0; n < 1_000; n += 1) fresh.keep(`event ${n}`, delivery('mine'))

    const kept = Array.from({ length: 1_000 }, (_, n) => fresh.take(`event ${n}`) !== undefined)
    assert.equal(kept.filter(Boolean).length, 32)
    assert.ok(kept.slice(-32).every(Boolean))
  })
})
