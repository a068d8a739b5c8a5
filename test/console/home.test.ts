import assert from 'node:assert/strict'
import { enter } from './console-browser.ts'
import { aMeeting, anIntegration, aProspect, inHours } from './console-records.ts'
import { setUpConsole } from './console-setup.ts'

describe('console home', () => {
  const setup = setUpConsole()

  it('tells an empty organization what to do', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()

    await enter(page, server)

    await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor()
    assertQuiet()
  })

  it('shows a prospect and a meeting as they happen, without a reload', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await enter(page, server)
    await page.evaluate('globalThis.isSamePage = true')

    server.emit('prospect:created', aProspect({ name: 'Éloïse 🎉 王', created_at: inHours(0) }))
    server.emit('meeting:created', aMeeting({ name: 'Bilan' }))

    const row = page.locator('.row.fresh', { hasText: 'Éloïse 🎉 王' })
    await row.getByText('grace@example.test').waitFor()
    await page.getByText('New prospect: Éloïse 🎉 王').waitFor({ state: 'attached' })
    const join = page.getByRole('link', { name: 'Join: Bilan' })
    assert.equal(await join.getAttribute('rel'), 'noopener noreferrer')
    assert.equal(await page.evaluate('isSamePage'), true)
    assertQuiet()
  })

  it('cancels a meeting in place and never goes back to an older version of it', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.meetings = [aMeeting()]
    await enter(page, server)

    server.emit('meeting:canceled', aMeeting({ status: 'canceled', updated_at: inHours(0) }))
    server.emit('meeting:updated', aMeeting({ updated_at: inHours(-1) }))
    server.emit('meeting:created', aMeeting({ id: 'meeting-2', name: 'The last frame' }))

    await page.getByText('The last frame').waitFor()
    const row = page.locator('.row', { hasText: 'First talk' })
    assert.equal(await row.getByText('Canceled').count(), 1)
    assert.equal(await row.getByRole('link').count(), 0)
  })

  it('asks for what it missed after a lost connection', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await enter(page, server)
    server.emit('prospect:created', aProspect({ name: 'Before' }))
    await page.locator('.row.fresh', { hasText: 'Before' }).waitFor()

    server.cutLines()
    server.emit('prospect:created', aProspect({ id: 'prospect-2', name: 'Meanwhile' }))

    await page.locator('[data-connection="reconnecting"]').waitFor()
    await page.locator('[data-connection="live"]').waitFor()
    await page.locator('.row.fresh', { hasText: 'Meanwhile' }).waitFor()
    assert.deepEqual(server.handshakes, [undefined, 1])
  })

  it('shows nothing that was erased meanwhile, though nobody can tell it any more', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    const before = aProspect({ id: 'prospect-2', name: 'Before' })
    server.state.prospects = [aProspect({ name: 'Erased meanwhile' })]
    server.state.meetings = [aMeeting({ name: 'Erased as well' })]
    await enter(page, server)
    server.emit('prospect:created', before)
    await page.locator('.row.fresh', { hasText: 'Before' }).waitFor()

    server.cutLines()
    server.emit('prospect:erased', { id: 'prospect-1' })
    server.state.prospects = [aProspect({ id: 'prospect-3', name: 'Booked meanwhile' }), before]
    server.state.meetings = []
    server.purge()

    await page.locator('.row', { hasText: 'Booked meanwhile' }).waitFor()
    await page.locator('.row', { hasText: 'Before' }).waitFor()
    await page.getByText('Erased as well').waitFor({ state: 'detached' })
    assert.equal(await page.getByText('Erased meanwhile').count(), 0)
    server.cutLines()
    server.emit('prospect:updated', { ...before, name: 'Later', updated_at: inHours(0) })
    await page.locator('.row', { hasText: 'Later' }).waitFor()
    assert.deepEqual(server.handshakes, [undefined, 1, 2])
  })

  it('lists what comes up first, in the zone of the viewer', async () => {
    const { server, visit } = setup
    const { page } = await visit({ timezoneId: 'Asia/Tokyo' })
    server.state.meetings = [
      aMeeting({ id: 'a', name: 'Over', start_at: inHours(-2), end_at: inHours(-1) }),
      aMeeting({
        id: 'b',
        name: 'Far',
        start_at: '2099-01-01T00:30:00Z',
        end_at: '2099-01-01T01:00:00Z',
      }),
      aMeeting({ id: 'c', name: 'Near' }),
    ]

    await enter(page, server)

    await page.getByText('Times in Asia/Tokyo').waitFor()
    const names = await page.locator('.meeting-name').allTextContents()
    assert.deepEqual(names, ['Near', 'Far', 'Over'])
    assert.match(await page.locator('.row', { hasText: 'Far' }).innerText(), /09:30.10:00/)
  })

  it('fits a phone of 360 px, whatever people are called', async () => {
    const { server, visit } = setup
    const { page } = await visit({ viewport: { width: 360, height: 740 } })
    const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3)
    server.state.integrations = [
      anIntegration({ status: 'failed', reason: long, provider_account_email: `${long}@a.test` }),
    ]
    server.state.prospects = [aProspect({ name: long, email: `${long}@example.test` })]
    server.state.meetings = [aMeeting({ name: long, hosts: [{ name: long, email: null }] })]

    await enter(page, server)
    await page.locator('.meeting-name').waitFor()

    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
    const cut = `[...document.querySelectorAll('main *')].filter((it) => !it.matches('.for-ears') && it.getBoundingClientRect().right > 360).length`
    assert.equal(await page.evaluate(cut), 0)
  })

  it('shows hostile text as text and gives no link that runs script', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    const hostile = '<img src=x onerror="globalThis.isOwned = true">'
    server.state.prospects = [aProspect({ name: hostile })]
    server.state.integrations = [anIntegration({ reason: hostile })]
    server.state.meetings = [
      aMeeting({ name: hostile, join_url: 'javascript:globalThis.isOwned = true' }),
    ]

    await enter(page, server)

    assert.equal(await page.getByText(hostile, { exact: true }).count(), 3)
    assert.equal(await page.locator('main img, .row a').count(), 0)
    assert.equal(await page.evaluate('globalThis.isOwned'), undefined)
    assertQuiet()
  })

  it('says what is wrong with a part and reads it again on request', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await page.route('**/api/prospects?*', (route) =>
      route.fulfill({ status: 503, body: '{"detail":"The database is resting."}' }),
    )
    server.state.prospects = [aProspect()]
    await enter(page, server)
    await page.getByText('That did not work: The database is resting.').waitFor()

    await page.unroute('**/api/prospects?*')
    await page.getByRole('button', { name: 'Try again' }).click()

    await page.getByText('Grace Hopper').first().waitFor()
    assert.equal(await page.getByText('The database is resting.').count(), 0)
  })
})
