import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'mocha'
import { repositoryFiles } from '../../dev/repository-files.ts'
import { suspicionsIn } from '../../dev/secret-rules.ts'

/** Made here, so that this file itself holds nothing suspicious; the same in every run. */
const digest = createHash('sha256').update('planted').digest()
const [hex, base64, url] = [
  digest.toString('hex'),
  digest.toString('base64'),
  digest.toString('base64url'),
]
const header = Buffer.from('{"alg":"HS256"}').toString('base64url')
const dashes = '-'.repeat(5)

const PLANTED: readonly (readonly [what: string, text: string])[] = [
  ['a token of a provider', [header, url, url].join('.')],
  ['a key of Cal.com', ['cal', 'live', hex.slice(0, 32)].join('_')],
  ['a token of a code host', `${['gh', 'p_'].join('')}${hex.slice(0, 36)}`],
  ['a key of a cloud', `AKIA${hex.slice(0, 16).toUpperCase()}`],
  ['a private key', `${dashes}BEGIN EC PRIVATE KEY${dashes}`],
  ['a random client secret', `CALENDLY_CLIENT_SECRET=${url}`],
  ['a random key ring', `"ENCRYPTION_KEYS": "first:${base64}"`],
  ['a hexadecimal signing key', `signing_key: '${hex}'`],
  ['a password in a database URL', `postgres://app:${hex.slice(0, 24)}@db/rendezvous`],
]

const HARMLESS: readonly string[] = [
  'const token = await createTokenVerifier(settings)',
  'CALENDLY_CLIENT_SECRET=sandbox-client-not-a-secret',
  'ENCRYPTION_KEYS_FILE=/run/secrets/encryption_keys',
  'refresh_token: string',
  'postgres://rendezvous_app:PASSWORD@localhost:5432/rendezvous',
]

describe('the search for live secrets', () => {
  it('finds none in the repository', () => {
    const found = repositoryFiles().flatMap(({ path, text }) =>
      suspicionsIn(text).map(({ line, rule }) => `${path}:${line} ${rule}`),
    )

    assert.deepEqual(found, [])
  })

  for (const [what, text] of PLANTED) {
    it(`finds ${what} planted in a file, and names the line but not the value`, () => {
      const found = suspicionsIn(`first line\n${text}\nlast line`)

      assert.equal(found.length, 1)
      assert.equal(found[0]?.line, 2)
      assert.ok(!text.includes(found[0]?.rule ?? text))
    })
  }

  for (const text of HARMLESS) {
    it(`lets pass: ${text}`, () => {
      assert.deepEqual(suspicionsIn(text), [])
    })
  }
})
