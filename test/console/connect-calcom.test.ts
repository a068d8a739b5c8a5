import assert from 'node:assert/strict'
import { enter } from './console-browser.ts'
import { setUpConsole } from './console-setup.ts'

describe('console connections to Cal.com', () => {
  const setup = setUpConsole()

  it('connects by a key, and tells the outcome; the key leaves the page', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    server.state.answers['calcom'] = { attemptId: 'attempt-1' }
    await enter(page, server)
    await page.getByRole('button', { name: 'Connect Cal.com' }).click()
    await page.getByLabel('API key', { exact: true }).fill('cal_test_of_the_console')

    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    server.state.attempt = { ...server.state.attempt, progress: 'done', outcome: 'live' }

    await page.getByText('Connected. Bookings now arrive').waitFor()
    assert.deepEqual(server.bodies, [{ apiKey: 'cal_test_of_the_console', purpose: 'sessions' }])
    assert.equal(await page.getByLabel('API key', { exact: true }).count(), 0)
    assertQuiet()
  })

  it('tells once what to enter by hand, where no key is given', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    const webhook = {
      subscriberUrl: 'https://hooks.example.test/webhooks/calcom/abc',
      secret: 'told once',
      events: ['BOOKING_CREATED', 'BOOKING_CANCELLED'],
    }
    server.state.answers['calcom'] = { outcome: 'waitingForFirstDelivery', webhook }
    await enter(page, server)
    await page.getByRole('button', { name: 'Connect Cal.com' }).click()
    await page.getByLabel(/^With a webhook that you make by hand/).check()
    await page.getByLabel('A booking becomes').selectOption('prospects')

    await page.getByRole('button', { name: 'Connect', exact: true }).click()

    await page.getByText(webhook.subscriberUrl).waitFor()
    await page.getByText('told once').waitFor()
    await page.getByText('BOOKING_CREATED, BOOKING_CANCELLED').waitFor()
    await page.getByText('Set up here. Waiting for the first delivery.').waitFor()
    assert.deepEqual(server.bodies, [{ webhookOnly: true, purpose: 'prospects' }])
  })

  it('says why a key is refused and lets the person try another', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await page.route('**/api/integrations/calcom/connect', (route) =>
      route.fulfill({ status: 400, body: '{"detail":"Give either apiKey or webhookOnly."}' }),
    )
    await enter(page, server)
    await page.getByRole('button', { name: 'Connect Cal.com' }).click()
    await page.getByLabel('API key', { exact: true }).fill('cal_test_of_the_console')

    await page.getByRole('button', { name: 'Connect', exact: true }).click()

    await page.getByText('That did not work: Give either apiKey or webhookOnly.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Connect', exact: true }).isEnabled(), true)
  })
})
