import assert from 'node:assert/strict'
import { callerOf } from './calling.ts'
import { fieldsOf, openLink, press } from './consenting.ts'
import { startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

describe('cookies of the OAuth pages', () => {
  let api: TestApi
  let rita: string
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi({ options: { patienceMs: 0 } })
    rita = await tokenOf({ organization: 'acme', subject: 'rita' })
  })
  after(() => api.close())

  async function ask(): Promise<{ url: string }> {
    const { body } = await call('/api/integrations/calendly/connect', { token: rita, body: {} })
    return { url: String(body['authorizeUrl']) }
  }

  it('are hidden from scripts, of this host, short, and back with the redirect', async () => {
    const { page } = await openLink(api, (await ask()).url)

    const cookie = page.headers.get('set-cookie') ?? ''

    assert.match(cookie, /^rv=[\w-]{43}; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it('are pinned to the host and to https where the API is public', async () => {
    const own = await startTestApi({
      urls: { apiUrl: 'https://api.test', appUrl: 'https://app.test' },
    })
    const asked = await callerOf(() => own)('/api/integrations/calendly/connect', {
      token: rita,
      body: {},
    })
    const path = String(asked.body['authorizeUrl']).replace('https://api.test', own.origin)

    const cookie = (await fetch(path)).headers.get('set-cookie') ?? ''
    await own.close()

    assert.match(cookie, /^__Host-rv=[\w-]{43}; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })

  it('of another form are as good as none', async () => {
    const { url } = await ask()

    for (const cookie of ['rv=short', `rv=${'x'.repeat(44)}`, `other=${'x'.repeat(43)}`]) {
      const { html } = await openLink(api, url)
      const answer = await press(api, { fields: fieldsOf(html), cookie })

      assert.equal(answer.status, 403, cookie)
    }
  })
})
