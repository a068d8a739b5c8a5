import assert from 'node:assert/strict'
import { explanationOf } from '../../domain/owner-report.ts'
import type { StageOptions } from '../support/connected.ts'
import { type LiveOwner, startOwner } from '../support/live-owner.ts'
import { callerOf, type Json } from './calling.ts'
import { startTestApi, tokenOf } from './harness.ts'
import type { TestApi } from './harness.ts'
import { ILLNESSES } from './illnesses.ts'

describe('the answer to "why?"', () => {
  const urls = { apiUrl: '', appUrl: 'http://127.0.0.1:3999' }
  let api: TestApi
  let owner: LiveOwner
  const call = callerOf(() => api)
  before(async () => {
    api = await startTestApi({ urls })
  })
  after(() => api.close())
  afterEach(() => owner.close())

  async function connect(options?: StageOptions): Promise<void> {
    urls.apiUrl = api.origin
    owner = await startOwner(api, options)
  }

  /** What an admin is told over REST; the owner's part is its own answer at this moment. */
  async function why(): Promise<{ summary: string; codes: string[] }> {
    const state = await owner.run()
    api.gateway.explain = async () => ({ kind: 'told', ...explanationOf(state, Date.now()) })
    const [person] = await owner.query(`select o.external_id as organization, u.subject
      from organization o join app_user u on u.organization_id = o.id where o.id = $1`)
    const token = await tokenOf({ ...(person as { organization: string; subject: string }) })
    const { body } = await call(`/api/integrations/${owner.job().integrationId}/explain`, { token })
    const codes = (body['findings'] as Json[]).map(({ code }) => String(code))
    return { summary: String(body['summary']), codes }
  }

  for (const { name, options, code, first, catchIt } of ILLNESSES)
    it(`names the cause and the next step in its first sentence: ${name}`, async () => {
      await connect(options)
      assert.deepEqual((await why()).codes, ['well'])

      await catchIt({ owner, api, urls })

      const { summary, codes } = await why()
      assert.match(summary, first)
      assert.equal(codes[0], code)
    })

  it('says that all is well, and that there is nothing to do', async () => {
    await connect()

    assert.equal((await why()).summary, 'Everything works: bookings arrive; nothing to do.')
  })

  it('tells the lesser illnesses behind the one that must be cured first', async () => {
    await connect()
    const tokens = await owner.visitor.connect()
    await owner.visitor.subscribe(tokens, { url: 'http://elsewhere.test/hook' })
    await owner.run('reconcile')
    urls.apiUrl = 'https://moved.test'

    const { codes } = await why()

    assert.deepEqual(codes, ['movedUrl', 'foreignHook'])
  })
})
