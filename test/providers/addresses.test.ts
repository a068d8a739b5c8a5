import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import {
  isLoopbackAddress,
  isPublicAddress,
  callFault,
  urlFault,
} from '../../providers/addresses.ts'
import { checkedLookup } from '../../providers/lookup.ts'

/** Every way we know of to name a place that is not the provider's. */
const CORPUS: readonly (readonly [url: string, fault: ReturnType<typeof urlFault>])[] = [
  ['https://api.calendly.com', undefined],
  ['https://api.calendly.com:443/users/me', undefined],
  ['https://cal.acme.test/api', undefined],
  ['https://93.184.216.34/', undefined],
  ['https://[2606:4700::1111]/', undefined],
  ['https://xn--bcher-kva.example/', undefined],
  ['', 'notAUrl'],
  ['api.calendly.com', 'notAUrl'],
  ['//api.calendly.com', 'notAUrl'],
  ['https://', 'notAUrl'],
  ['https://api.calendly.com\\@evil.test/', 'notAUrl'],
  ['https:\\\\evil.test', 'notAUrl'],
  ['https://api.calendly.com\t/', 'notAUrl'],
  ['https://api.calendly.com\n', 'notAUrl'],
  ['https://a b.test/', 'notAUrl'],
  ['https://bücher.example/', 'notAUrl'],
  ['https://ⓛocalhost/', 'notAUrl'],
  ['https://256.256.256.256/', 'notAUrl'],
  ['https://[::1', 'notAUrl'],
  ['http://api.calendly.com', 'notHttps'],
  ['ftp://api.calendly.com/', 'notHttps'],
  ['ws://api.calendly.com/', 'notHttps'],
  ['file:///etc/passwd', 'notHttps'],
  ['javascript:alert(1)', 'notHttps'],
  ['data:text/plain,x', 'notHttps'],
  ['unix:/var/run/docker.sock', 'notHttps'],
  ['https://user@api.calendly.com/', 'hasUserInfo'],
  ['https://user:secret@api.calendly.com/', 'hasUserInfo'],
  ['https://api.calendly.com@evil.test/', 'hasUserInfo'],
  ['https://@api.calendly.com/', 'hasUserInfo'],
  ['https://api.calendly.com:x@evil.test/', 'hasUserInfo'],
  ['http://localhost:4010', 'loopback'],
  ['https://localhost', 'loopback'],
  ['https://LOCALHOST', 'loopback'],
  ['https://foo.localhost', 'loopback'],
  ['https://127.0.0.1', 'loopback'],
  ['https://127.1', 'loopback'],
  ['https://127.255.255.254', 'loopback'],
  ['https://2130706433', 'loopback'],
  ['https://0x7f000001', 'loopback'],
  ['https://0x7f.1', 'loopback'],
  ['https://0177.0.0.1', 'loopback'],
  ['https://017700000001', 'loopback'],
  ['https://%31%32%37.0.0.1', 'loopback'],
  ['https://127.0.0.1.', 'loopback'],
  ['https://[::1]', 'loopback'],
  ['https://[0:0:0:0:0:0:0:1]', 'loopback'],
  ['https://0', 'notPublic'],
  ['https://0.0.0.0', 'notPublic'],
  ['https://10.0.0.1', 'notPublic'],
  ['https://0xa.0.0.1', 'notPublic'],
  ['https://172.16.0.1', 'notPublic'],
  ['https://172.31.255.255', 'notPublic'],
  ['https://192.168.1.1', 'notPublic'],
  ['https://100.64.0.1', 'notPublic'],
  ['https://169.254.169.254/latest/meta-data', 'notPublic'],
  ['https://2852039166/', 'notPublic'],
  ['https://192.0.0.8', 'notPublic'],
  ['https://192.88.99.1', 'notPublic'],
  ['https://198.18.0.1', 'notPublic'],
  ['https://203.0.113.9', 'notPublic'],
  ['https://224.0.0.1', 'notPublic'],
  ['https://255.255.255.255', 'notPublic'],
  ['https://[::]', 'notPublic'],
  ['https://[::ffff:127.0.0.1]', 'notPublic'],
  ['https://[::ffff:10.0.0.1]', 'notPublic'],
  ['https://[::ffff:8.8.8.8]', 'notPublic'],
  ['https://[::127.0.0.1]', 'notPublic'],
  ['https://[64:ff9b::7f00:1]', 'notPublic'],
  ['https://[64:ff9b:1::a00:1]', 'notPublic'],
  ['https://[2002:7f00:1::]', 'notPublic'],
  ['https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]', 'notPublic'],
  ['https://[2001:db8::1]', 'notPublic'],
  ['https://[fe80::1]', 'notPublic'],
  ['https://[fc00::1]', 'notPublic'],
  ['https://[fd12:3456::1]', 'notPublic'],
  ['https://[ff02::1]', 'notPublic'],
  ['https://[100::1]', 'notPublic'],
  ['https://localhost.', 'loopback'],
  ['https://api.calendly.com.', 'oddHost'],
  ['https://metadata', 'oddHost'],
  ['https://postgres:5432', 'oddHost'],
]

const LOCAL = { origins: ['http://localhost:4010'], allowLoopback: true }
const REAL = { origins: ['https://api.calendly.com'], allowLoopback: false }

/** Asks a resolver that answers what it is told, one answer a time. */
const lookUp = (
  hostname: string,
  { answers, allowLoopback }: { answers: readonly string[][]; allowLoopback: boolean },
) => {
  let asked = 0
  const look = checkedLookup({
    allowLoopback,
    resolve: (_name, _options, done) => {
      const addresses = answers[Math.min(asked, answers.length - 1)] ?? []
      asked += 1
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    },
  })
  return new Promise<string>((resolve) =>
    look(hostname, { all: true }, (error, addresses) =>
      resolve(
        error === null ? (addresses as LookupAddress[]).map((a) => a.address).join() : 'refused',
      ),
    ),
  )
}

describe('addresses', () => {
  it('has a corpus worth the name', () => {
    assert.ok(CORPUS.length >= 60)
  })

  for (const [url, fault] of CORPUS)
    it(`${fault === undefined ? 'lets pass' : `refuses (${fault})`} ${JSON.stringify(url)}`, () => {
      assert.equal(urlFault(url, { allowLoopback: false }), fault)
    })

  for (const [url, fault] of [
    ['http://localhost:4010/calendly/users/me', undefined],
    ['http://localhost:4011/', 'notAllowed'],
    ['http://127.0.0.1:4010/', 'notAllowed'],
    ['https://localhost:4010/', 'notAllowed'],
    ['http://10.0.0.1:4010/', 'notHttps'],
    ['https://api.calendly.com/', 'notAllowed'],
  ] as const)
    it(`knows in the local case what is ours: ${url}`, () => {
      assert.equal(callFault(url, LOCAL), fault)
    })

  for (const [url, fault] of [
    ['https://api.calendly.com/users/me', undefined],
    ['https://api.calendly.com.evil.test/', 'notAllowed'],
    ['https://evil.test/?https://api.calendly.com', 'notAllowed'],
    ['https://api.calendly.com:8443/', 'notAllowed'],
    ['https://api-calendly.com/', 'notAllowed'],
    ['http://localhost:4010/', 'loopback'],
  ] as const)
    it(`knows with the real provider what is its own: ${url}`, () => {
      assert.equal(callFault(url, REAL), fault)
    })

  it('takes no text for an address that is none', () => {
    assert.deepEqual(
      ['', 'localhost', '1.2.3', '8.8.8.8%eth0', 'fe80::1%eth0'].map(isPublicAddress),
      [false, false, false, false, false],
    )
    assert.deepEqual(
      ['127.0.0.1', '::1', '::ffff:127.0.0.1', '8.8.8.8', 'x'].map(isLoopbackAddress),
      [true, true, false, false, false],
    )
  })
})

describe('checked lookup', () => {
  const real = { allowLoopback: false }
  const local = { allowLoopback: true }

  it('gives out the public addresses of a name', async () => {
    const found = await lookUp('api.calendly.com', {
      ...real,
      answers: [['93.184.216.34', '2606:4700::1']],
    })

    assert.equal(found, '93.184.216.34,2606:4700::1')
  })

  for (const address of [
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:127.0.0.1',
    'fd00::1',
  ])
    it(`refuses a name that resolves to ${address}`, async () => {
      assert.equal(await lookUp('evil.test', { ...real, answers: [[address]] }), 'refused')
    })

  it('refuses a name with one bad address among good ones', async () => {
    assert.equal(
      await lookUp('evil.test', { ...real, answers: [['93.184.216.34', '127.0.0.1']] }),
      'refused',
    )
  })

  it('checks what it connects to, whatever the name said before (rebinding)', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']]
    let asked = 0
    const look = checkedLookup({
      ...real,
      resolve: (_name, _options, done) => {
        const address = answers[asked]?.[0] ?? ''
        asked += 1
        done(null, [{ address, family: 4 }])
      },
    })
    const once = () =>
      new Promise<string>((resolve) =>
        look('evil.test', {}, (error, address) =>
          resolve(error === null && typeof address === 'string' ? address : 'refused'),
        ),
      )

    assert.deepEqual([await once(), await once(), asked], ['93.184.216.34', 'refused', 2])
  })

  it('refuses a name without addresses', async () => {
    assert.equal(await lookUp('nowhere.test', { ...real, answers: [[]] }), 'refused')
  })

  it('lets localhost be this machine in the local case, and nothing else', async () => {
    assert.equal(await lookUp('localhost', { ...local, answers: [['127.0.0.1']] }), '127.0.0.1')
    assert.equal(await lookUp('localhost', { ...local, answers: [['10.0.0.1']] }), 'refused')
    assert.equal(await lookUp('evil.test', { ...local, answers: [['127.0.0.1']] }), 'refused')
  })
})
