import assert from 'node:assert/strict'
import { createEndpointLooks } from '../../../api/ingress/endpoint-looks.ts'
import type { EndpointLook } from '../../../db/ingress-store.ts'

/** Looks that end when the test says so. */
function heldLooks() {
  const asked: { endpoints: readonly string[]; end: (answer: EndpointLook[]) => void }[] = []
  const looks = createEndpointLooks({
    lookUpEndpoints: (endpoints) =>
      new Promise((resolve) => void asked.push({ endpoints, end: resolve })),
  })
  return { asked, looks }
}

describe('endpoint looks', () => {
  it('take in one round trip all that were asked for during the one before', async () => {
    const { asked, looks } = heldLooks()
    const first = looks.of('a')
    const others = ['b', 'c', 'd'].map(looks.of)

    asked[0]?.end([{ holder: undefined }])
    await first
    await new Promise(setImmediate)
    asked[1]?.end([{ holder: undefined }, { fault: new Error('sealed') }, { holder: undefined }])

    const settled = await Promise.allSettled(others)
    assert.deepEqual(
      asked.map(({ endpoints }) => endpoints),
      [['a'], ['b', 'c', 'd']],
    )
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    looks.close()
  })
})
