import assert from 'node:assert/strict'
import { enter } from './console-browser.ts'
import { anExplanation, anIntegration, inHours } from './console-records.ts'
import { setUpConsole } from './console-setup.ts'

const PLACE = '/integrations/integration-1'

describe('console integration page', () => {
  const setup = setUpConsole()
  beforeEach(() => {
    setup.server.state.integrations = [anIntegration()]
    setup.server.state.explanation = anExplanation()
  })

  it('is reached from the overview without a new line for news, and left by going back', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await enter(page, server)

    await page.getByRole('link', { name: 'Details: ada@example.test' }).click()
    await page.getByRole('heading', { name: 'Why is it so?' }).waitFor()
    const path = await page.evaluate('location.pathname')
    await page.goBack()
    await page.getByRole('heading', { name: 'Prospects' }).waitFor()

    assert.equal(path, PLACE)
    assert.equal(server.handshakes.length, 1)
    assertQuiet()
  })

  it('tells cause and next step, hook, age of the token, story, and where its workflow is', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    const cause = 'The provider signs with another key.'
    server.state.explanation = anExplanation({
      findings: [
        { code: 'wrongKey', cause, next_step: 'Reconnect the account.', detail: '3 in a row' },
      ],
    })

    await enter(page, server, PLACE)

    await page.getByText(cause).waitFor()
    await page.getByText('Reconnect the account.').waitFor()
    await page.getByText('https://api.calendly.example.test/webhook_subscriptions/abc').waitFor()
    await page.getByText('No. 3, 30 minutes ago').waitFor()
    const story = await page.locator('ol .row-title').allTextContents()
    assert.deepEqual(story, ['Check of the webhook', 'Fetching of bookings'])
    const link = page.getByRole('link', { name: 'Open in the Temporal UI' })
    assert.match((await link.getAttribute('href')) ?? '', /workflows\/integration%3Aintegration-1$/)
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer')
    assertQuiet()
  })

  it('shows the gaps with their counts, and reads them again when something happens', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    const gap = {
      id: 'gap-1',
      reason: 'hookDisabled',
      opened_at: inHours(-5),
      ended_at: null,
      closed_at: null,
      provider_count: null,
      own_count: null,
      recovered: null,
    }
    server.state.gaps = [gap]
    await enter(page, server, PLACE)
    await page.locator('.row', { hasText: 'The webhook was disabled' }).getByText('Open').waitFor()

    const end = inHours(-4)
    const counts = { provider_count: 5, own_count: 5, recovered: 5 }
    server.state.gaps = [{ ...gap, ...counts, ended_at: end, closed_at: end }]
    server.emit('integration:updated', { id: 'integration-1' })

    await page.getByText('5 found again; 5 at the provider, 5 here').waitFor()
    assert.equal(await page.getByText('Open', { exact: true }).count(), 0)
  })

  it('asks the integration for what it does by itself', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await enter(page, server, PLACE)

    await page.getByRole('button', { name: 'Fetch bookings now' }).click()

    await page.getByText('Bookings are being fetched.').waitFor()
    assert.ok(server.asked.includes('POST /api/integrations/integration-1/sync'))
  })

  it('says that there is no such integration, with a way out', async () => {
    const { server, visit } = setup
    const { page } = await visit()

    await enter(page, server, '/integrations/integration-9')

    await page.getByText('There is no such integration, or it is not yours.').waitFor()
    await page.getByRole('link', { name: 'All integrations' }).click()
    await page.getByRole('heading', { name: 'Prospects' }).waitFor()
  })

  it('gives no link that runs script, whatever it is told', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.explanation = anExplanation({ workflow_url: 'javascript:alert(1)' })

    await enter(page, server, PLACE)

    await page.getByText('at work').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Open in the Temporal UI' }).count(), 0)
  })
})
