import assert from 'node:assert/strict'
import type { IntegrationStatus } from '../../console/web/records.ts'
import { enter } from './console-browser.ts'
import { anIntegration } from './console-records.ts'
import { openPopup, post } from './console-popup.ts'
import { setUpConsole } from './console-setup.ts'

describe('console reports', () => {
  const setup = setUpConsole()

  const become = (status: IntegrationStatus) => {
    setup.server.state.integrations = [anIntegration({ status })]
    setup.server.emit('integration:updated', { id: 'integration-1' })
  }

  it('takes the word of a connection away when it is disconnected', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await enter(page, server)
    const popup = await openPopup(page, server)
    server.state.integrations = [anIntegration()]
    await post(popup, 'live')
    await page.getByText('Connected. Bookings now arrive').waitFor()
    await page.getByText('Live: bookings arrive as they happen').waitFor()

    become('disconnected')

    await page.locator('.health', { hasText: 'Disconnected' }).waitFor()
    await page.getByText('Connected. Bookings now arrive').waitFor({ state: 'detached' })
  })

  it('takes the word of a disconnection away when the account is connected again', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.integrations = [anIntegration()]
    server.state.answers = { disconnect: { outcome: 'disconnected' } }
    await enter(page, server)
    await page.getByRole('button', { name: 'Disconnect: ada@example.test' }).click()
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click()
    await page.getByText('Disconnected.').waitFor()
    become('disconnected')
    await page.locator('.health', { hasText: 'Disconnected' }).waitFor()
    assert.equal(await page.getByText('Disconnected.').count(), 1)

    become('live')

    await page.getByText('Live: bookings arrive as they happen').waitFor()
    await page.getByText('Disconnected.').waitFor({ state: 'detached' })
  })

  it('does not say of a disconnected account that a check is still to come', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.integrations = [
      anIntegration({ status: 'disconnected', webhook_active: false, checked_at: null }),
      anIntegration({ id: 'b', status: 'connecting', webhook_active: false, checked_at: null }),
    ]

    await enter(page, server)

    const hooks = page.locator('.facts dd:nth-of-type(1)')
    await hooks.nth(1).waitFor()
    assert.deepEqual(await hooks.allTextContents(), ['Not active, not checked yet', 'Not active'])
  })
})
