import assert from 'node:assert/strict'
import { isPrivateAddress, localityMistakes, localityOf } from '../../config/locality.ts'
import type { Locality } from '../../config/locality.ts'

const mistakes = (api: Locality, provider: Locality): string[] =>
  localityMistakes({ setting: 'API_URL', locality: api }, [
    { setting: 'CALENDLY_API_URL', locality: provider },
  ])

describe('locality', () => {
  it('lets all-local and all-public setups start', () => {
    assert.deepEqual(mistakes('local', 'local'), [])
    assert.deepEqual(mistakes('public', 'public'), [])
  })

  it('lets a public ingress start while the name of the real provider has no address', () => {
    assert.deepEqual(mistakes('public', 'unknown'), [])
  })

  it('stops a local or unresolvable ingress with a real provider', () => {
    for (const api of ['local', 'unknown'] as const)
      for (const provider of ['public', 'unknown'] as const)
        assert.equal(mistakes(api, provider).length, 1, `${api} with ${provider}`)
  })

  it('stops a public or unresolvable ingress with a local provider', () => {
    for (const api of ['public', 'unknown'] as const)
      assert.equal(mistakes(api, 'local').length, 1, api)
  })

  it('knows local names whatever they resolve to', () => {
    for (const host of ['localhost', 'LOCALHOST.', 'sandbox', 'a.localhost', 'x.internal', '[::1]'])
      assert.equal(localityOf(host, ['93.184.216.34']), 'local', host)
  })

  it('judges other names by every address they resolve to', () => {
    assert.equal(localityOf('api.example.com', ['93.184.216.34']), 'public')
    assert.equal(localityOf('api.example.com', ['93.184.216.34', '10.0.0.1']), 'local')
    assert.equal(localityOf('api.example.com', []), 'unknown')
  })

  it('knows private addresses of both families from public ones', () => {
    const local = [
      '127.0.0.1',
      '10.1.1.1',
      '172.16.0.1',
      '172.31.9.9',
      '192.168.0.1',
      '169.254.1.1',
    ]
    const others = ['0.0.0.0', '100.64.0.1', '::1', '::', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1']
    const open = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '11.0.0.1']

    assert.deepEqual(
      [...local, ...others].filter((each) => !isPrivateAddress(each)),
      [],
    )
    assert.deepEqual(open.filter(isPrivateAddress), [])
  })
})
