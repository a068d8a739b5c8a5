import assert from 'node:assert/strict'
import type { Integration } from '../../console/web/records.ts'
import { enter } from './console-browser.ts'
import { anIntegration } from './console-records.ts'
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

  it('asks for a new key where the one it has is dead, and for no consent', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    server.state.integrations = [aCalcom({ scope: 'organization', status: 'needsReconnect' })]
    server.state.answers['reconnect'] = { outcome: 'needsConsent', ...NO_ACCESS }
    server.state.answers['calcom'] = { outcome: 'live' }
    await enter(page, server)
    const card = page.locator('.integration')
    await card.getByRole('button', { name: 'Reconnect: ada@example.test' }).click()
    await card.getByText('Cal.com needs a new key.').waitFor()
    await card.getByText(NO_ACCESS.reason).waitFor()
    const offersConsent = await card.getByRole('button', { name: /Calendly/ }).count()

    await card.getByRole('button', { name: 'Enter a new key', exact: true }).click()
    const prefilled = await Promise.all(
      ['API key', 'Which Cal.com?'].map((it) => card.getByLabel(it, { exact: true }).inputValue()),
    )
    await card.getByLabel('API key', { exact: true }).fill('cal_test_of_the_console')
    await card.getByRole('button', { name: 'Connect', exact: true }).click()

    await card.getByText('Connected. Bookings now arrive').waitFor()
    assert.equal(offersConsent, 0)
    assert.deepEqual(prefilled, ['', 'https://api.cal.eu'])
    const origin = 'https://api.cal.eu'
    const wish = { apiKey: 'cal_test_of_the_console', origin, scope: 'organization' }
    assert.deepEqual(server.bodies, [wish])
    assert.equal(await card.getByLabel('API key', { exact: true }).count(), 0)
    assert.equal(page.context().pages().length, 1)
    assertQuiet()
  })

  it('leads from a disconnected account to the form at once, in French', async () => {
    const { server, visit } = setup
    const { page } = await visit({ locale: 'fr-FR' })
    server.state.integrations = [aCalcom({ status: 'disconnected' })]
    const webhook = { subscriberUrl: 'https://hooks.example.test/abc', secret: 's', events: ['A'] }
    server.state.answers['calcom'] = { outcome: 'waitingForFirstDelivery', webhook }
    await enter(page, server)
    const card = page.locator('.integration')

    await card.getByRole('button', { name: 'Saisir une nouvelle clé : ada@example.test' }).click()
    await card.getByLabel(/^Avec un webhook créé à la main/).check()
    await card.getByRole('button', { name: 'Connecter', exact: true }).click()

    await card.getByText(webhook.subscriberUrl).waitFor()
    assert.equal(await card.getByRole('button', { name: /^Reconnecter/ }).count(), 0)
    assert.deepEqual(server.bodies, [{ webhookOnly: true, scope: 'user' }])
  })

  it('lets nobody enter a key for a colleague, and says what is to be done', async () => {
    const { server, visit } = setup
    const { page } = await visit({ locale: 'fr-FR' })
    server.state.integrations = [aCalcom({ status: 'disconnected', user_id: 'user-2' })]
    server.state.answers['reconnect'] = { outcome: 'needsConsent', ...NO_ACCESS }
    await enter(page, server)
    const card = page.locator('.integration')

    await card.getByRole('button', { name: /^Reconnecter/ }).click()

    await card.getByText('Il n’y a plus d’accès au compte.').waitFor()
    await card.getByText('avec une nouvelle clé d’API').waitFor()
    assert.equal(await card.getByRole('button', { name: /clé|Calendly/ }).count(), 0)
  })
})

const NO_ACCESS = {
  reason: 'There is no access to the account any more.',
  nextStep: 'Connect it again: with a new API key, or with a webhook of your own.',
}

const aCalcom = (but: Partial<Integration>) =>
  anIntegration({ provider: 'calcom', provider_user_uri: 'https://api.cal.eu/users/7', ...but })
