import assert from 'node:assert/strict'
import { loadApiConfig } from '../../config/config.ts'
import { buildProviders } from '../../worker/wiring.ts'
import { GOOD } from '../config/good-settings.ts'
import { callerOf } from './calling.ts'
import { goToConsent } from './consenting.ts'
import { ISSUER, startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'

describe('the issuer of an answer to a consent', () => {
  let api: TestApi
  let token: string
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi()
    token = await tokenOf({ organization: 'acme', subject: 'rita' })
  })
  after(() => api.close())

  /** Promises an attempt whose browser stands before the provider's consent. */
  async function start() {
    const { body } = await call('/api/integrations/calendly/connect', { token, body: {} })
    const { cookie, state } = await goToConsent(api, String(body['authorizeUrl']))
    return { attemptId: String(body['attemptId']), cookie, state }
  }

  const comeBack = (query: Record<string, string> | [string, string][], cookie: string) =>
    fetch(`${api.origin}/oauth/calendly/callback?${new URLSearchParams(query).toString()}`, {
      headers: { cookie },
    })

  const handOver = (state: string, iss: string) =>
    call('/auth/calendly/callback', { token, body: { code: 'the-code', state, iss } })

  async function rowOf(id: string) {
    const { rows } = await api.owner.query<Record<string, unknown>>(
      `select outcome, next_step, code is not null or code_verifier is not null as holds_secrets,
        state_hash is not null as has_state from operation where id = $1`,
      [id],
    )
    return rows[0]
  }

  const startsOf = (id: string) =>
    api.gateway.operations.filter(({ operationId }) => operationId === id).length

  const ended = {
    outcome: 'failed',
    next_step: 'Start again.',
    holds_secrets: false,
    has_state: false,
  }

  it('ends the attempt when it is another service than the one that was asked', async () => {
    const { attemptId, cookie, state } = await start()
    const answer = { state, code: 'the-code', iss: 'https://another.test' }

    const page = await comeBack(answer, cookie)
    const told = (await call(`/api/connect-attempts/${attemptId}`, { token })).body
    const again = await comeBack({ ...answer, iss: ISSUER }, cookie)

    const text = await page.text()
    assert.match(text, /came from another service.*Start again/s)
    assert.match(text, /"outcome":"failed"/)
    assert.doesNotMatch(text, /another\.test|the-code/)
    assert.match(String(told['reason']), /came from another service/)
    assert.equal(again.status, 410)
    assert.deepEqual([await rowOf(attemptId), startsOf(attemptId)], [ended, 0])
  })

  it('takes a code from the service that was asked, whether it says its name or not', async () => {
    for (const named of [{}, { iss: ISSUER }]) {
      const { attemptId, cookie, state } = await start()

      await comeBack({ state, code: 'the-code', ...named }, cookie)

      assert.equal(startsOf(attemptId), 1, JSON.stringify(named))
    }
  })

  it('believes neither a no of another service, nor a name that is only like the right one', async () => {
    const others: [string, string][][] = [
      [
        ['error', 'access_denied'],
        ['iss', 'https://another.test'],
      ],
      ...[`${ISSUER}/`, ISSUER.toUpperCase(), ''].map((iss): [string, string][] => [
        ['code', 'the-code'],
        ['iss', iss],
      ]),
      [
        ['code', 'the-code'],
        ['iss', ISSUER],
        ['iss', ISSUER],
      ],
    ]
    for (const answer of others) {
      const { attemptId, cookie, state } = await start()

      await comeBack([['state', state], ...answer], cookie)

      const seen = [await rowOf(attemptId), startsOf(attemptId)]
      assert.deepEqual(seen, [ended, 0], JSON.stringify(answer))
    }
  })

  it('ends nothing in a browser that did not begin the attempt', async () => {
    const { attemptId, state } = await start()

    const page = await comeBack(
      { state, code: 'the-code', iss: 'https://another.test' },
      `rv=${'x'.repeat(43)}`,
    )

    assert.equal(page.status, 403)
    const { outcome, has_state: hasState } = (await rowOf(attemptId)) ?? {}
    assert.deepEqual([outcome, hasState], [null, true])
  })

  it('is asked of a front end that hands a code over, too', async () => {
    const wrong = await start()
    const right = await start()

    const refused = await handOver(wrong.state, 'https://another.test')
    const taken = await handOver(right.state, ISSUER)

    assert.deepEqual([refused.status, refused.body['outcome']], [200, 'failed'])
    assert.deepEqual([await rowOf(wrong.attemptId), startsOf(wrong.attemptId)], [ended, 0])
    assert.deepEqual([taken.status, startsOf(right.attemptId)], [202, 1])
  })

  it('is where people are sent, unless the settings tell another', async () => {
    const told = { CALENDLY_ISSUER: 'https://calendly.test' }

    assert.equal(await issuerWith({}), GOOD['CALENDLY_AUTH_URL'])
    assert.equal(await issuerWith(told), told.CALENDLY_ISSUER)
  })
})

/** The issuer that an installation with these settings expects. */
async function issuerWith(more: Record<string, string>): Promise<string | undefined> {
  return buildProviders(await loadApiConfig({ ...GOOD, ...more })).calendly?.oauth?.issuer
}
