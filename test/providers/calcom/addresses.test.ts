import assert from 'node:assert/strict'
import { addressOf } from '../../../providers/calcom/addresses.ts'
import { API } from '../../support/calcom-network.ts'

describe('addresses of Cal.com', () => {
  const CHOSEN: readonly [chosen: string | undefined, address: string | undefined][] = [
    [undefined, API],
    ['cal.com', API],
    ['CAL.EU', 'https://api.cal.eu'],
    ['https://cal.eu', 'https://api.cal.eu'],
    ['https://book.acme.test', 'https://book.acme.test'],
    ['https://book.acme.test/', 'https://book.acme.test'],
    ['https://book.acme.test/v2', undefined],
    ['https://rita@book.acme.test', undefined],
    ['http://book.acme.test', undefined],
    ['https://localhost', undefined],
    ['https://169.254.169.254', undefined],
    ['https://0x7f000001', undefined],
    ['book', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
    ['javascript:alert(1)', undefined],
  ]
  for (const [chosen, address] of CHOSEN)
    it(`reads ${chosen ?? 'nothing'} as ${address ?? 'no address'}`, () => {
      assert.equal(addressOf(chosen, API), address)
    })
})
