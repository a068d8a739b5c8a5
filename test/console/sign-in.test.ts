import assert from 'node:assert/strict'
import { GOOD_TOKEN } from './console-server.ts'
import { setUpConsole } from './console-setup.ts'

describe('console sign-in', () => {
  const setup = setUpConsole()

  it('lets a person in by keyboard alone and keeps the token over a reload', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await page.goto(server.appUrl)

    await page.getByLabel('Access token').waitFor()
    await page.keyboard.type(GOOD_TOKEN)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Integrations' }).waitFor()
    await page.reload()

    await page.getByRole('heading', { name: 'Integrations' }).waitFor()
    assertQuiet()
  })

  it('says that a wrong token was refused and shows nothing else', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await page.goto(server.appUrl)

    await page.getByLabel('Access token').fill('not.the.token')
    await page.getByRole('button', { name: 'Sign in' }).click()

    await page.getByText('This token was refused').waitFor()
    assert.equal(await page.getByRole('heading', { name: 'Integrations' }).count(), 0)
    assert.equal(await page.evaluate('sessionStorage.length'), 0)
    assertQuiet(/status of 401/)
  })

  it('takes the token from the address and removes it at once', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()

    await page.goto(`${server.appUrl}/#token=${GOOD_TOKEN}`)
    await page.getByRole('heading', { name: 'Integrations' }).waitFor()

    assert.equal(page.url(), `${server.appUrl}/`)
    assert.equal(await page.evaluate('history.length'), 2)
    assertQuiet()
  })

  it('takes a token from the address while the page is open', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await page.goto(server.appUrl)
    await page.getByLabel('Access token').waitFor()

    await page.evaluate(`location.hash = 'token=${GOOD_TOKEN}'`)

    await page.getByRole('heading', { name: 'Integrations' }).waitFor()
    assert.equal(page.url(), `${server.appUrl}/`)
  })

  it('forgets the token when the person signs out', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await page.goto(`${server.appUrl}/#token=${GOOD_TOKEN}`)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.reload()

    await page.getByLabel('Access token').waitFor()
    assert.equal(await page.evaluate('sessionStorage.length'), 0)
  })

  it('ends the session with a word when the token is no longer accepted', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await page.goto(`${server.appUrl}/#token=${GOOD_TOKEN}`)
    await page.locator('[data-connection="live"]').waitFor()

    await page.route('**/api/**', (route) =>
      route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{}' }),
    )
    server.emit('integration:updated', { id: 'integration-1' })

    await page.getByText('Your session has ended').waitFor()
  })
})
