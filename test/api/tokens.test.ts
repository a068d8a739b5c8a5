import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createTokenReader } from '../../api/tokens.ts'

describe('tokens of a key set', () => {
  let server: Server
  let jwksUrl: string
  let privateKey: CryptoKey
  before(async () => {
    const pair = await generateKeyPair('ES256')
    privateKey = pair.privateKey
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256' }] })
    server = createServer((_, answer) => {
      answer.setHeader('content-type', 'application/json')
      answer.end(keys)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  })
  after(() => void server.close())

  const sign = (claims: { iss?: string; aud?: string }): Promise<string> =>
    new SignJWT({ org: 'acme', role: 'member', ...claims })
      .setProtectedHeader({ alg: 'ES256' })
      .setSubject('rita')
      .setExpirationTime('1h')
      .sign(privateKey)

  const isTaken = async (
    bound: { issuer?: string; audience?: string },
    claims: { iss?: string; aud?: string },
  ): Promise<boolean> => {
    const { issuer, audience } = bound
    const read = createTokenReader({ jwtSecret: undefined, jwksUrl, issuer, audience })
    return (await read(await sign(claims)))?.subject === 'rita'
  }

  it('are taken from any issuer and for any audience where none is set', async () => {
    assert.equal(await isTaken({}, {}), true)
    assert.equal(await isTaken({}, { iss: 'https://issuer.test', aud: 'billing' }), true)
  })

  it('are refused when they name another issuer or audience than the one set, or none', async () => {
    const bound = { issuer: 'https://issuer.test', audience: 'rendezvous' }

    const taken = await Promise.all([
      isTaken(bound, { iss: 'https://issuer.test', aud: 'rendezvous' }),
      isTaken(bound, { iss: 'https://issuer.test', aud: 'billing' }),
      isTaken(bound, { iss: 'https://other.test', aud: 'rendezvous' }),
      isTaken(bound, {}),
    ])

    assert.deepEqual(taken, [true, false, false, false])
  })
})
