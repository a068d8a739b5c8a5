import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { enter } from './console-browser.ts'
import { openPopup, post } from './console-popup.ts'
import { anIntegration } from './console-records.ts'
import { setUpConsole } from './console-setup.ts'

const POLL = 'GET /api/connect-attempts/attempt-1'

describe('console connections', () => {
  const setup = setUpConsole()

  const polls = () => setup.server.asked.filter((it) => it === POLL).length

  it('reports the progress and then the outcome that the popup posts', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await enter(page, server)

    const popup = await openPopup(page, server)
    server.state.attempt = { ...server.state.attempt, progress: 'waiting' }
    await page.getByText('Setting up the webhook').waitFor()
    server.state.integrations = [anIntegration()]
    await post(popup, 'live')

    await page.getByText('Connected. Bookings now arrive').waitFor()
    await page.getByText('Live: bookings arrive as they happen').waitFor()
    await popup.close()
    assertQuiet()
  })

  it('ignores a message that the popup posts from another origin', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await enter(page, server)
    const popup = await openPopup(page, server)

    await popup.evaluate(`location.href = '${server.strangerUrl}/oauth/calendly/start'`)
    await popup.waitForURL(`${server.strangerUrl}/**`)
    await post(popup, 'live')
    await afterTwoMorePolls(page)

    assert.equal(await page.getByText('Connected.').count(), 0)
    await page.getByText('Waiting for the Calendly window').waitFor()
  })

  it('ignores a message that another window posts from the right origin', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await enter(page, server)
    await openPopup(page, server)
    const opened = page.waitForEvent('popup')

    await page.evaluate(`void window.open('${server.apiUrl}/oauth/calendly/start', 'other')`)
    const other = await opened
    await other.waitForURL(`${server.apiUrl}/oauth/**`)
    await post(other, 'live')
    await afterTwoMorePolls(page)

    assert.equal(await page.getByText('Connected.').count(), 0)
  })

  it('learns the outcome by asking when the popup says nothing', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await enter(page, server)
    const popup = await openPopup(page, server)

    await popup.close()
    await page.getByText('window is closed or out of reach').waitFor()
    server.state.attempt = {
      ...server.state.attempt,
      progress: 'done',
      outcome: 'polling',
      reason: 'The plan of this account has no webhooks.',
      nextStep: 'Upgrade at Calendly, then reconnect.',
    }

    await page.getByText('Connected by regular checks').waitFor()
    await page.getByText('The plan of this account has no webhooks.').waitFor()
    await page.getByText('Upgrade at Calendly, then reconnect.').waitFor()
    const asked = polls()
    await page.reload()
    assert.equal(polls(), asked, 'an attempt that has its outcome is not asked for again')
  })

  it('offers a link when the browser blocks the window', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await page.addInitScript('window.open = () => null')
    await enter(page, server)

    await page.getByRole('button', { name: 'Connect Calendly' }).click()

    const link = page.getByRole('link', { name: 'Continue to Calendly in a new tab' })
    assert.equal(await link.getAttribute('href'), `${server.apiUrl}/oauth/calendly/start?ticket=t`)
    assert.match((await link.getAttribute('rel')) ?? '', /noopener/)
  })

  it('asks before it disconnects', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    server.state.integrations = [anIntegration()]
    server.state.answers = { disconnect: { outcome: 'disconnected' } }
    await enter(page, server)

    await page.getByRole('button', { name: 'Disconnect: ada@example.test' }).click()
    await page.getByRole('button', { name: 'Keep it connected' }).click()
    assert.equal(server.asked.includes('POST /api/integrations/integration-1/disconnect'), false)
    await page.getByRole('button', { name: 'Disconnect: ada@example.test' }).click()
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click()

    await page.getByText('Disconnected.').waitFor()
    assert.ok(server.asked.includes('POST /api/integrations/integration-1/disconnect'))
    assertQuiet()
  })

  it('shows reason and next step of an ill connection and asks for consent when it must', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.integrations = [
      anIntegration({
        status: 'needsReconnect',
        reason: 'Access was revoked at Calendly.',
        next_step: 'Reconnect and approve again.',
        webhook_active: false,
      }),
    ]
    server.state.answers = {
      reconnect: {
        attemptId: 'attempt-1',
        authorizeUrl: `${server.apiUrl}/oauth/calendly/start?ticket=r`,
      },
    }
    await enter(page, server)
    await page.getByText('Access was revoked at Calendly.').waitFor()
    await page.getByText('Reconnect and approve again.').waitFor()

    await page.getByRole('button', { name: 'Reconnect: ada@example.test' }).click()
    const popup = await openPopup(page, server, 'Continue to Calendly')
    await post(popup, 'live')

    assert.match(popup.url(), /ticket=r$/)
    await page.getByText('Connected. Bookings now arrive').waitFor()
  })
})

const afterTwoMorePolls = async (page: Page) => {
  for (const _ of [1, 2]) await page.waitForResponse('**/api/connect-attempts/*')
}
