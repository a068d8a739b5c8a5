import assert from 'node:assert/strict'
import { eachAlone } from '../../worker/each-alone.ts'

const failingAt = (ill: readonly number[], did: number[]) => async (row: number) => {
  if (ill.includes(row)) throw new Error(`row ${row}`)
  did.push(row)
}

describe('eachAlone', () => {
  it('does all others where one can not be done', async () => {
    const did: number[] = []

    assert.equal(await eachAlone([1, 2, 3, 4], failingAt([1, 3], did)), 2)
    assert.deepEqual(did, [2, 4])
  })

  it('fails where nothing can be done, and does not try them all', async () => {
    const tried: number[] = []

    await assert.rejects(
      eachAlone([1, 2, 3, 4, 5], async (row) => {
        tried.push(row)
        throw new Error('away')
      }),
      /away/,
    )
    assert.deepEqual(tried, [1, 2, 3])
  })

  it('does nothing, well, where there is nothing', async () => {
    assert.equal(await eachAlone([], failingAt([], [])), 0)
  })
})
