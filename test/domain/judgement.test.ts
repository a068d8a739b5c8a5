import fc from 'fast-check'
import { spread } from '../../domain/judgement.ts'

describe('spread', () => {
  it('is never later than was promised, and at most a tenth sooner', () => {
    const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), jitters, (promised, jitter) => {
        const pause = spread(promised, jitter)
        return pause <= promised && pause >= promised * 0.9
      }),
    )
  })
})
