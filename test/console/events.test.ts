import assert from 'node:assert/strict'
import { enter } from './console-browser.ts'
import { anEvent, inHours } from './console-records.ts'
import { setUpConsole } from './console-setup.ts'

describe('console events', () => {
  const setup = setUpConsole()
  const REPLAY = 'POST /api/events/event-1/replay?dry_run='

  it('shows what a replay would change before it is done, and leaves it on a no', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    server.state.events = [anEvent()]
    server.state.replay = {
      event_id: 'event-1',
      status: 'processed',
      reason: null,
      changes: [{ event: 'meeting:updated', fields: ['status', 'start_at'] }],
    }
    await enter(page, server, '/events')
    await page.getByRole('button', { name: 'Replay: invitee.created' }).click()
    await page.getByText('It would change: status, start_at.').waitFor()
    await page.getByRole('button', { name: 'Leave it' }).click()
    const early = server.asked.filter((it) => it === `${REPLAY}false`).length

    await page.getByRole('button', { name: 'Replay: invitee.created' }).click()
    await page.getByRole('group').getByRole('button', { name: 'Replay' }).click()

    await page.getByText('Handled again.').waitFor()
    assert.equal(early, 0)
    assert.equal(server.asked.filter((it) => it === `${REPLAY}true`).length, 2)
    assert.equal(server.asked.filter((it) => it === `${REPLAY}false`).length, 1)
    assertQuiet()
  })

  it('lists those of one status or one integration, and offers no replay of what is on its way', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.events = [
      anEvent(),
      anEvent({
        id: 'event-2',
        status: 'parked',
        kind: 'BOOKING_CREATED',
        reason: 'User not found',
      }),
    ]
    await enter(page, server, '/events?integration=integration-1')
    await page.getByText('invitee.created').waitFor()

    await page.getByLabel('Status').selectOption('parked')

    await page.getByText('invitee.created').waitFor({ state: 'detached' })
    await page.getByText('User not found').waitFor()
    assert.equal(await page.getByRole('button', { name: /^Replay/ }).count(), 0)
    const asked = 'GET /api/events?limit=50&status=parked&integration_id=integration-1'
    assert.ok(server.asked.includes(asked))
  })

  it('tries what is parked again, and drops it after asking', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    const item = { event_id: 'event-1', waits_for: 'client', created_at: inHours(-3) }
    server.state.parked = [
      { ...item, id: 'parked-1', reason: 'User not found' },
      { ...item, id: 'parked-2', reason: 'No active package' },
    ]
    await enter(page, server, '/parked')

    await page.getByRole('button', { name: 'Try again: User not found' }).click()
    await page.getByText('User not found').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Drop: No active package' }).click()
    const isEarly = server.asked.includes('POST /api/parked/parked-2/drop')
    await page.getByRole('group').getByRole('button', { name: 'Drop' }).click()

    await page.getByText('Nothing is waiting.').waitFor()
    assert.equal(isEarly, false)
    assert.ok(server.asked.includes('POST /api/parked/parked-1/retry'))
    assert.ok(server.asked.includes('POST /api/parked/parked-2/drop'))
    assertQuiet()
  })

  it('speaks French and fits a phone of 360 px', async () => {
    const { server, visit } = setup
    const { page } = await visit({ viewport: { width: 360, height: 740 }, locale: 'fr-FR' })
    const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3)
    server.state.events = [anEvent({ status: 'quarantined', reason: long, kind: long })]

    await enter(page, server, '/events')

    await page.locator('.badge', { hasText: 'Mis de côté' }).waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
  })
})
