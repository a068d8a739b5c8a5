import assert from 'node:assert/strict'
import { createEventStarts } from '../../api/event-starts.ts'

const INPUT = { organizationId: 'o', eventId: 'e' }
const FACTS = { provider: 'calendly' }

describe('event starts', () => {
  let time = 0
  const now = (): number => time
  it('hands out four places and no more, and each one again once it is given back', () => {
    const reserve = createEventStarts({ start: async () => {}, warn: () => {}, now })
    const places = Array.from({ length: 4 }, reserve)
    assert.ok(places.every((place) => place !== undefined))
    assert.equal(reserve(), undefined)

    time += 1_000
    places[0]?.release()
    places[0]?.release()

    assert.ok(reserve() !== undefined)
    assert.equal(reserve(), undefined)
  })

  it('gives the place back when the workflow has started', async () => {
    const reserve = createEventStarts({ start: async () => {}, warn: () => {}, now })
    const places = Array.from({ length: 4 }, reserve)

    time += 1_000
    await places[0]?.start(INPUT, FACTS)

    assert.ok(reserve() !== undefined)
  })

  it('serves ten a second for as long as they come', async () => {
    const reserve = createEventStarts({ start: async () => {}, warn: () => {}, now })

    for (let booking = 0; booking < 100; booking += 1) {
      time += 100
      const place = reserve()
      assert.ok(place !== undefined, `booking ${booking}`)
      await place.start(INPUT, FACTS)
    }
  })

  it('leaves a crowd to the bursts until a second after it has gone', async () => {
    const reserve = createEventStarts({ start: async () => {}, warn: () => {}, now })
    let served = 0
    const arrive = async (): Promise<void> => {
      const place = reserve()
      if (place !== undefined) served += 1
      await place?.start(INPUT, FACTS)
    }

    for (let ms = 0; ms < 3_000; ms += 1) {
      time += 1
      await arrive()
    }
    const inTheCrowd = served
    time += 1_100
    await arrive()

    assert.equal(inTheCrowd, 4)
    assert.equal(served, 5)
  })

  it('never throws, says what kind of error it was, and hands out none for a while', async () => {
    const warnings: string[] = []
    const reserve = createEventStarts({
      now,
      start: () => Promise.reject(new TypeError('canary')),
      warn: (text) => void warnings.push(text),
    })

    await reserve()?.start(INPUT, FACTS)

    assert.deepEqual(warnings, ['an event is left to the relay: TypeError'])
    assert.equal(reserve(), undefined)
  })
})
