import assert from 'node:assert/strict'
import { createEventStarts } from '../../api/event-starts.ts'

const INPUT = { organizationId: 'o', eventId: 'e' }
const FACTS = { provider: 'calendly' }

describe('event starts', () => {
  it('hands out eight places and no more, and each one again once it is given back', () => {
    const reserve = createEventStarts({ start: async () => {}, warn: () => {} })
    const places = Array.from({ length: 8 }, reserve)
    assert.ok(places.every((place) => place !== undefined))
    assert.equal(reserve(), undefined)

    places[0]?.release()
    places[0]?.release()

    assert.ok(reserve() !== undefined)
    assert.equal(reserve(), undefined)
  })

  it('gives the place back when the workflow has started', async () => {
    const reserve = createEventStarts({ start: async () => {}, warn: () => {} })
    const places = Array.from({ length: 8 }, reserve)

    await places[0]?.start(INPUT, FACTS)

    assert.ok(reserve() !== undefined)
  })

  it('never throws, says what kind of error it was, and hands out none for a while', async () => {
    const warnings: string[] = []
    const reserve = createEventStarts({
      start: () => Promise.reject(new TypeError('canary')),
      warn: (text) => void warnings.push(text),
    })

    await reserve()?.start(INPUT, FACTS)

    assert.deepEqual(warnings, ['an event is left to the relay: TypeError'])
    assert.equal(reserve(), undefined)
  })
})
