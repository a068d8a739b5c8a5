import assert from 'node:assert/strict'
import { callerOf } from './calling.ts'
import { fieldsOf, goToConsent, openLink, press } from './consenting.ts'
import { API_URL, APP_URL, AUTHORIZE_URL, startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

/** Each case of the reference on OAuth clients that is about the browser, by its name there. */
describe('OAuth client hygiene', () => {
  let api: TestApi
  let rita: string
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi({ options: { patienceMs: 0 } })
    rita = await tokenOf({ organization: 'acme', subject: 'rita <b>' })
  })
  after(() => api.close())

  async function ask(token = rita): Promise<{ url: string; attemptId: string }> {
    const { body } = await call('/api/integrations/calendly/connect', { token, body: {} })
    return { url: String(body['authorizeUrl']), attemptId: String(body['attemptId']) }
  }

  const rowOf = async (id: string): Promise<Record<string, unknown> | undefined> =>
    (
      await api.owner.query(
        `select progress, browser_hash is not null as bound, state_hash is not null as state,
           code is not null as code from operation where id = $1`,
        [id],
      )
    ).rows[0]
  const FRESH = { progress: 'created', bound: false, state: false, code: false }
  const OPENED = { progress: 'opened', bound: true, state: true, code: false }

  const callback = (query: string, cookie: string): Promise<Response> =>
    fetch(`${api.origin}/oauth/calendly/callback?${query}`, {
      redirect: 'manual',
      headers: { cookie },
    })

  it('says who of which organization asks before the provider is reached', async () => {
    const { url, attemptId } = await ask()

    const { page, html } = await openLink(api, url)

    assert.equal(page.status, 200)
    assert.match(html, /<h1>Connect Calendly to acme<\/h1>/)
    assert.match(html, /rita &#60;b&#62; of acme asks for access/)
    assert.match(html, /close this page/)
    assert.match(html, /<button type="submit">Continue to Calendly<\/button>/)
    assert.deepEqual(await rowOf(attemptId), FRESH)
  })

  it('uses nothing up when a mail scanner or a colleague only opens the link', async () => {
    const { url, attemptId } = await ask()
    await openLink(api, url)
    await openLink(api, url)

    const { state } = await goToConsent(api, url)

    assert.match(state, /^[\w-]{43}$/)
    assert.deepEqual(await rowOf(attemptId), OPENED)
  })

  it('keeps the page before the provider strict: no script of others, no frame, one form', async () => {
    const { page } = await openLink(api, (await ask()).url)
    const policy = page.headers.get('content-security-policy') ?? ''

    const { origin } = new URL(AUTHORIZE_URL)
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.ok(policy.includes(`form-action 'self' ${origin};`), policy)
    assert.equal(page.headers.get('cache-control'), 'no-store')
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(page.headers.get('cross-origin-opener-policy'), 'unsafe-none')
  })

  it('does not let another site press the button for a person', async () => {
    const { url, attemptId } = await ask()
    const { html, cookie } = await openLink(api, url)
    const fields = fieldsOf(html)
    const { ticket } = fields
    const attacker = await openLink(api, url)

    const presses = [
      { fields, cookie: '' },
      { fields: { ticket }, cookie },
      { fields: { ticket, proof: '' }, cookie },
      { fields: fieldsOf(attacker.html), cookie },
      { fields, cookie, more: { 'sec-fetch-site': 'cross-site' } },
      { fields, cookie, more: { 'sec-fetch-site': 'same-site' } },
    ]

    for (const [index, one] of presses.entries())
      assert.equal((await press(api, one)).status, 403, `press ${index}`)
    assert.deepEqual(await rowOf(attemptId), FRESH)
  })

  it('takes a ticket from the form of our page only, never from elsewhere in the request', async () => {
    const { url } = await ask()
    const { html, cookie } = await openLink(api, url)
    const query = new URLSearchParams(fieldsOf(html)).toString()

    const answer = await fetch(`${api.origin}/oauth/calendly/start?${query}`, {
      method: 'POST',
      headers: { cookie },
    })

    assert.equal(answer.status, 404)
  })

  it('state: is used once, by two tabs of one browser the later one', async () => {
    const { url, attemptId } = await ask()
    const first = await goToConsent(api, url)
    const { html } = await openLink(api, url, first.cookie)
    const again = await press(api, { fields: fieldsOf(html), cookie: first.cookie })
    const second = new URL(again.headers.get('location') ?? '').searchParams.get('state')

    const stale = await callback(`state=${first.state}&code=c`, first.cookie)
    const good = await callback(`state=${second}&code=c`, first.cookie)
    const replayed = await callback(`state=${second}&code=c`, first.cookie)

    assert.deepEqual([stale.status, good.status, replayed.status], [410, 200, 410])
    assert.equal((await rowOf(attemptId))?.['progress'], 'authorized')
  })

  it('state: cut, lengthened or of another attempt consumes nothing', async () => {
    const { url, attemptId } = await ask()
    const { state, cookie } = await goToConsent(api, url)
    const other = await goToConsent(api, (await ask()).url)

    for (const wrong of [state.slice(1), `${state}A`, state.toUpperCase(), ''])
      assert.ok((await callback(`state=${wrong}&code=c`, cookie)).status >= 400, wrong)
    assert.equal((await callback(`state=${other.state}&code=c`, cookie)).status, 403)
    assert.deepEqual(await rowOf(attemptId), OPENED)
  })

  it('PKCE: each visit has its own S256 challenge, of a verifier nobody is shown', async () => {
    const { url } = await ask()
    const one = await goToConsent(api, url)
    const other = await goToConsent(api, (await ask()).url)

    const challenges = [one, other].map(({ location }) =>
      location.searchParams.get('code_challenge'),
    )

    assert.notEqual(challenges[0], challenges[1])
    for (const { html, answer } of [one, other])
      assert.doesNotMatch(html + JSON.stringify([...answer.headers]), /verifier/i)
  })

  it('mix-up: the answer of a provider counts only at the callback of that provider', async () => {
    const { url, attemptId } = await ask()
    const { state, cookie } = await goToConsent(api, url)

    const elsewhere = await fetch(`${api.origin}/oauth/calcom/callback?state=${state}&code=c`, {
      headers: { cookie },
    })

    assert.equal(elsewhere.status, 404)
    assert.deepEqual(await rowOf(attemptId), OPENED)
  })

  it('code injection: a code brought by another person’s browser is taken by nobody', async () => {
    const { url, attemptId } = await ask()
    const victim = await goToConsent(api, url)
    const attacker = await goToConsent(
      api,
      (await ask(await tokenOf({ organization: 'globex', subject: 'eve' }))).url,
    )

    const injected = await callback(`state=${victim.state}&code=stolen`, attacker.cookie)

    assert.equal(injected.status, 403)
    assert.deepEqual(await rowOf(attemptId), OPENED)
  })

  it('other organization: an attempt is shown to no colleague and to no stranger', async () => {
    const { attemptId } = await ask()
    const path = `/api/connect-attempts/${attemptId}`
    const colleague = await tokenOf({ organization: 'acme', subject: 'carl' })
    const stranger = await tokenOf({ organization: 'globex', subject: 'hank', role: 'admin' })

    const answers = await Promise.all(
      [rita, colleague, stranger].map((token) => call(path, { token })),
    )

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 404, 404],
    )
  })

  it('open redirect: no address in the request moves a person anywhere', async () => {
    const evil = [
      '//evil.test',
      '/\\evil.test',
      'https:evil.test',
      '%2f%2fevil.test',
      'javascript:alert(1)',
      '%0d%0aLocation:%20https://evil.test',
    ]

    for (const to of evil) {
      const { url } = await ask()
      const more = `&return_to=${to}&redirect_uri=${to}&next=${to}`
      const { page, html, cookie } = await openLink(api, url + more)
      const answer = await press(api, { fields: { ...fieldsOf(html), return_to: to }, cookie })
      const location = answer.headers.get('location') ?? ''
      const state = new URL(location).searchParams.get('state')
      const end = await callback(`state=${state}&code=c${more}`, cookie)

      const told = [html, await end.text(), location, page.headers.get('location') ?? ''].join()
      assert.ok(location.startsWith(AUTHORIZE_URL), location)
      assert.equal(end.headers.get('location'), null)
      assert.doesNotMatch(told, /evil|alert\(1\)/)
    }
  })

  it('Host header: neither links nor redirects are built from it', async () => {
    const { url } = await ask()
    const path = new URL(url).pathname + new URL(url).search
    const answer = await api.app.inject({ url: path, headers: { host: 'evil.test' } })

    assert.equal(answer.statusCode, 200)
    assert.doesNotMatch(answer.body + JSON.stringify(answer.headers), /evil/)
  })

  it('popup: speaks to one origin, and never with a code, a state or a token', async () => {
    const { url } = await ask()
    const { state, cookie } = await goToConsent(api, url)

    const html = await (await callback(`state=${state}&code=secret-code`, cookie)).text()

    const posts = [...html.matchAll(/postMessage\((\{.*?\}), "([^"]*)"\)/g)]
    assert.deepEqual(
      posts.map((match) => match[2]),
      [APP_URL],
    )
    assert.deepEqual(Object.keys(JSON.parse(posts[0]?.[1] ?? '')), ['type', 'attemptId', 'outcome'])
    assert.ok(!html.includes('secret-code') && !html.includes(state) && !html.includes("'*'"))
  })

  it('fixation: whoever asks is decided when asking, not by who comes back', async () => {
    const { url, attemptId } = await ask()
    const { state } = await goToConsent(api, url)
    const eve = await tokenOf({ organization: 'acme', subject: 'mallory' })

    const { status } = await call('/auth/calendly/callback', {
      token: eve,
      body: { code: 'code-of-mallory', state },
    })

    assert.equal(status, 404)
    assert.deepEqual(await rowOf(attemptId), OPENED)
  })

  it('keeps the link that connects out of the store of repeated answers', async () => {
    const { body } = await call('/api/integrations/calendly/connect', {
      token: rita,
      body: {},
      key: 'the-same',
    })
    const ticket = new URL(String(body['authorizeUrl'])).searchParams.get('ticket') ?? ''

    const { rows } = await api.owner.query<{ response: string }>(
      `select response from idempotency where key = 'the-same'`,
    )
    const again = await call('/api/integrations/calendly/connect', {
      token: rita,
      body: {},
      key: 'the-same',
    })

    assert.match(ticket, /^[\w-]{43}$/)
    assert.match(rows[0]?.response ?? '', /^s1\./)
    assert.ok(!JSON.stringify(rows).includes(ticket))
    assert.deepEqual(again.body, body)
  })

  it('answers everything the OAuth routes say with no-store and no-referrer', async () => {
    for (const path of ['start', 'callback', 'start?ticket=x', 'callback?state=x&code=y']) {
      const { headers } = await fetch(`${api.origin}/oauth/calendly/${path}`)

      assert.equal(headers.get('cache-control'), 'no-store', path)
      assert.equal(headers.get('referrer-policy'), 'no-referrer', path)
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    }
    assert.ok(API_URL.startsWith('http'))
  })
})
