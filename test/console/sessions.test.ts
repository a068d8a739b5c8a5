import assert from 'node:assert/strict'
import { enter } from './console-browser.ts'
import { aClient, aPackage, aPreview, aSession, inHours } from './console-records.ts'
import { setUpConsole } from './console-setup.ts'

const SESSIONS = '/dashboard/sessions'
const SERIES = '/dashboard/book/recurring'

describe('console sessions', () => {
  const setup = setUpConsole()
  beforeEach(() => {
    setup.server.state.clients = [aClient()]
    setup.server.state.packages = [aPackage()]
  })

  it('shows a session as it happens, and what is left of the package then', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await enter(page, server, SESSIONS)
    await page.getByText('4 of 5 left').waitFor()

    server.state.packages = [aPackage({ sessions_left: 3, sessions_used: 2 })]
    server.emit('session:created', aSession({ provider: 'calcom' }))

    await page.locator('.row.fresh', { hasText: 'Clio Client' }).waitFor()
    await page.getByText('3 of 5 left').waitFor()
    assertQuiet()
  })

  it('cancels a session of ours after asking, and leaves one of a provider to the provider', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.sessions = [aSession(), aSession({ id: 'session-2', provider: 'calcom' })]
    await enter(page, server, SESSIONS)
    const cancel = page.getByRole('button', { name: /^Cancel: Clio Client/ })
    await cancel.click()
    const isEarly = server.asked.includes('POST /api/sessions/session-1/cancel')

    await page.getByRole('group').getByRole('button', { name: 'Cancel' }).click()

    await page.locator('.badge', { hasText: 'Cancelled' }).waitFor()
    assert.equal(isEarly, false)
    assert.equal(await cancel.count(), 0)
  })

  it('adds a client and a package, by keyboard alone', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await enter(page, server, SESSIONS)

    await page.getByText('Add a client').focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('E-mail').focus()
    await page.keyboard.type('éloïse@example.test')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Éloïse 王')
    await page.keyboard.press('Enter')
    await page.getByText('éloïse@example.test was added.').waitFor()
    await page.getByText('Add a package').focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Client', { exact: true }).focus()
    await page.keyboard.type('Clio')
    await page.getByRole('spinbutton', { name: 'Sessions' }).focus()
    await page.keyboard.press('Enter')

    await page.getByText('The package was added.').waitFor()
    const [client, bought] = server.bodies as Record<string, unknown>[]
    assert.deepEqual(client, {
      email: 'éloïse@example.test',
      name: 'Éloïse 王',
      timezone: 'Europe/Paris',
    })
    assert.partialDeepStrictEqual(bought, {
      clientId: 'client-1',
      hostUserId: 'user-1',
      sessionsTotal: 5,
      cutOffHours: 24,
    })
    assertQuiet()
  })

  it('previews a series with its oddities in the zone of the series, and books just that', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit({ timezoneId: 'Asia/Tokyo' })
    const note = 'The clocks skip this time on that day: it begins as much later as they skip.'
    const [first, second] = aPreview().dates
    if (first === undefined || second === undefined) throw new Error('a preview has two dates')
    server.state.preview = aPreview({
      dates: [first, { ...second, notes: [{ kind: 'shifted', text: note }] }],
    })
    server.state.sessions = [aSession(), aSession({ id: 'session-2' })]
    await enter(page, server, SERIES)
    await page.getByLabel('How many').fill('2')
    await page.getByLabel('Day of the week').selectOption('tuesday')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText(note).waitFor()
    await page.getByText('Times in Europe/Paris').waitFor()
    const dates = await page.locator('.numbered time').allTextContents()

    await page.getByRole('button', { name: 'Book 2 sessions' }).click()

    await page.getByText('2 sessions are booked.').waitFor()
    assert.deepEqual(
      dates.map((it) => /10:00.11:00/.test(it)),
      [true, true],
    )
    const [asked, booked] = server.bodies as Record<string, unknown>[]
    assert.partialDeepStrictEqual(asked, {
      clientId: 'client-1',
      packageId: 'package-1',
      hostUserId: 'user-1',
      frequency: 'weekly',
      count: 2,
      weekday: 'tuesday',
      timezone: 'Europe/Paris',
    })
    const { idempotencyKey, ...same } = booked ?? {}
    assert.deepEqual(same, asked)
    assert.match(String(idempotencyKey), /^[\w-]{36}$/)
    assertQuiet()
  })

  it('does not book what can not be paid, and says why', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    const refusal = '6 sessions need 6 credits, and this package has 4 left. Nothing was booked.'
    server.state.preview = aPreview({ can_be_paid: false, credits_needed: 6, refusal })
    await enter(page, server, SERIES)

    await page.getByRole('button', { name: 'Preview' }).click()

    await page.getByText(refusal).waitFor()
    assert.equal(await page.getByRole('button', { name: /^Book 2/ }).isDisabled(), true)
  })

  it('takes a preview away as soon as something else is asked for', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.preview = aPreview()
    await enter(page, server, SERIES)
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('button', { name: 'Book 2 sessions' }).waitFor()

    await page.getByLabel('Time', { exact: true }).fill('11:00')

    await page.getByRole('button', { name: 'Book 2 sessions' }).waitFor({ state: 'detached' })
  })

  it('speaks French and fits a phone of 360 px, whatever people are called', async () => {
    const { server, visit } = setup
    const { page } = await visit({ viewport: { width: 360, height: 740 }, locale: 'fr-FR' })
    const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3)
    server.state.clients = [aClient({ name: long, email: `${long}@example.test` })]
    server.state.sessions = [aSession({ title: long, start_at: inHours(30), end_at: inHours(31) })]
    const cut = `[...document.querySelectorAll('main *')].filter((it) => !it.matches('.for-ears, option') && it.getBoundingClientRect().right > 361).length`

    await enter(page, server, SESSIONS)
    await page.locator('.badge', { hasText: 'Prévue' }).waitFor()
    const cutSessions = await page.evaluate(cut)
    await page.getByRole('link', { name: 'Réserver une série' }).first().click()
    await page.getByRole('button', { name: 'Aperçu' }).waitFor()

    assert.equal(cutSessions, 0)
    assert.equal(await page.evaluate(cut), 0)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
  })
})
