import assert from 'node:assert/strict'
import { enter } from './console-browser.ts'
import { anIntegration, inHours } from './console-records.ts'
import { setUpConsole } from './console-setup.ts'

describe('console debts', () => {
  const setup = setUpConsole()
  const owing = anIntegration({
    status: 'disconnected',
    webhook_active: false,
    reason: 'The provider could not be reached.',
    next_step: 'We keep removing what is left at the provider for 72 hours.',
  })
  const debt = {
    id: 'debt-1',
    integration_id: 'integration-1',
    kind: 'hook',
    attempts: 3,
    expires_at: inHours(71.5),
  } as const

  it('shows what a disconnected account still holds, and forgets it after asking', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    server.state.integrations = [owing]
    server.state.debts = [debt, { ...debt, id: 'debt-2', integration_id: 'another' }]
    await enter(page, server)
    await page.getByText('Our webhook may still stand at the provider.').waitFor()
    assert.equal(await page.getByText('tried 3 times').count(), 1)

    await page.getByRole('button', { name: 'Forget now' }).click()
    const isEarly = server.asked.includes('POST /api/integrations/integration-1/forget')
    server.state.debts = []
    await page.getByRole('button', { name: 'Forget now' }).click()

    await page.getByText('Our webhook may still stand').waitFor({ state: 'detached' })
    assert.equal(isEarly, false)
    assert.ok(server.asked.includes('POST /api/integrations/integration-1/forget'))
    assertQuiet()
  })

  it('asks before another account may take the place of the connected one', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.integrations = [anIntegration()]
    await enter(page, server)

    await page.getByRole('button', { name: 'Connect Calendly' }).click()
    await page.getByText('ada@example.test is connected. Connect another account?').waitFor()
    const isEarly = server.asked.includes('POST /api/integrations/calendly/connect')
    const popup = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Choose an account' }).click()
    await (await popup).getByText('Consent').waitFor()

    assert.equal(isEarly, false)
    assert.ok(server.asked.includes('POST /api/integrations/calendly/connect'))
  })
})
