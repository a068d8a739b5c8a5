import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError, loadApiConfig, loadWorkerConfig } from '../../config/config.ts'
import { GOOD } from './good-settings.ts'

async function mistakesOf(environment: Record<string, string | undefined>): Promise<string[]> {
  try {
    await loadApiConfig(environment)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigurationError)
    return [...error.mistakes]
  }
}

describe('configuration', () => {
  it('accepts a local setup and fills in the defaults', async () => {
    const config = await loadApiConfig(GOOD)

    assert.equal(config.port, 3000)
    assert.equal(config.eventsInApi, true)
    assert.equal(config.database.listenUrl, GOOD.DATABASE_URL)
    assert.equal(config.pace.reconcileHealthy, 3_600_000)
  })

  it('names every mistake at once, each with its remedy and none with a value', async () => {
    const mistakes = await mistakesOf({
      ...GOOD,
      PORT: 'canary-port',
      API_URL: 'canary://bad',
      DATABASE_URL: 'mysql://canary-db',
      ENCRYPTION_KEYS: 'canary-key',
      CALENDLY_CLIENT_SECRET: undefined,
    })

    const list = mistakes.join('\n')
    for (const name of [
      'PORT is not valid: a port',
      'API_URL is not valid: the public base URL',
      'DATABASE_URL is not valid: postgres://',
      'ENCRYPTION_KEYS is not valid: a key ring',
      'CALENDLY_CLIENT_SECRET is missing: the client secret',
    ])
      assert.ok(list.includes(name), `${name} in:\n${list}`)
    assert.doesNotMatch(list, /canary/)
  })

  it('recognises the names of older systems and says which to use', async () => {
    const mistakes = await mistakesOf({
      ...GOOD,
      CALENDLY_OAUTH_CLIENT_ID: 'canary',
      CALENDLY_OAUTH_CLIENT_SECRET: 'canary',
      CALENDLY_REDIRECT_URI: 'http://canary',
    })

    assert.deepEqual(mistakes, [
      'CALENDLY_OAUTH_CLIENT_ID is a name of an older system: use CALENDLY_CLIENT_ID',
      'CALENDLY_OAUTH_CLIENT_SECRET is a name of an older system: use CALENDLY_CLIENT_SECRET',
      'CALENDLY_REDIRECT_URI is a name of an older system: remove it: the redirect URI is built from API_URL',
    ])
  })

  it('refuses an ingress and a front end on one origin', async () => {
    const [mistake] = await mistakesOf({ ...GOOD, APP_URL: GOOD.API_URL })

    assert.match(mistake ?? '', /^API_URL and APP_URL are the same origin/)
  })

  it('refuses a localhost ingress with a real provider', async () => {
    const mistakes = await mistakesOf({ ...GOOD, CALENDLY_API_URL: 'https://api.calendly.com' })

    assert.match(mistakes.join('\n'), /API_URL is local but CALENDLY_API_URL is a real provider/)
  })

  it('asks for exactly one way of knowing who calls', async () => {
    const none = await mistakesOf({ ...GOOD, AUTH_JWT_SECRET: '' })
    const both = await mistakesOf({ ...GOOD, AUTH_JWKS_URL: 'http://localhost/jwks' })

    assert.match(none.join(), /AUTH_JWT_SECRET or AUTH_JWKS_URL is missing/)
    assert.match(both.join(), /AUTH_JWT_SECRET and AUTH_JWKS_URL are both set/)
  })

  it('refuses an issuer or audience where no key set is to be bound by it', async () => {
    const mistakes = await mistakesOf({ ...GOOD, AUTH_JWT_AUDIENCE: 'rendezvous' })

    assert.match(mistakes.join(), /AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE go with AUTH_JWKS_URL/)
  })

  it('gives the worker what it needs without asking for the settings of the api', async () => {
    const { APP_URL: _, AUTH_JWT_SECRET: __, DATABASE_INGRESS_URL: ___, ...rest } = GOOD

    const config = await loadWorkerConfig({ ...rest, SYNC_SECONDS: '60' })

    assert.equal(config.pace.syncHealthy, 60_000)
  })

  it("honours Temporal's own environment configuration", async () => {
    const config = await loadApiConfig({
      ...GOOD,
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'bookings',
    })

    assert.equal(config.temporal.connectionOptions.address, 'temporal.example:7233')
    assert.equal(config.temporal.namespace, 'bookings')
  })

  describe('with secrets in files', () => {
    let folder = ''
    before(async () => void (folder = await mkdtemp(join(tmpdir(), 'config-'))))
    after(() => rm(folder, { recursive: true }))

    it('reads NAME_FILE and trims the newline an editor left', async () => {
      const file = join(folder, 'secret')
      await writeFile(file, 'from-a-file\n')

      const config = await loadApiConfig({
        ...GOOD,
        CALENDLY_CLIENT_SECRET: undefined,
        CALENDLY_CLIENT_SECRET_FILE: file,
      })

      assert.equal(config.calendly.clientSecret, 'from-a-file')
    })

    it('reports a file that is missing, and a secret given twice', async () => {
      const mistakes = await mistakesOf({
        ...GOOD,
        CALENDLY_CLIENT_SECRET_FILE: join(folder, 'secret'),
        CALENDLY_WEBHOOK_SIGNING_KEY_FILE: join(folder, 'canary-nowhere'),
      })

      assert.match(mistakes.join('\n'), /CALENDLY_CLIENT_SECRET_FILE are both set/)
      assert.match(mistakes.join('\n'), /CALENDLY_WEBHOOK_SIGNING_KEY_FILE can not be read/)
      assert.doesNotMatch(mistakes.join('\n'), /canary/)
    })
  })
})
