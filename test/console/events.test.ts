import assert from 'node:assert/strict'
import type { RefusedDeliveries } from '../../console/web/operation-records.ts'
import { enter } from './console-browser.ts'
import { anEvent, anIntegration, inHours } from './console-records.ts'
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

  it('shows an admin what was refused, the alarms first and marked', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit({ locale: 'fr-FR' })
    server.state.integrations = [anIntegration({ id: 'integration-2' })]
    server.state.rejections = [
      refused('integration-1', { ...FORGED, count: 1234 }),
      refused('integration-2', { ...STALE, count: 2 }),
    ]

    await enter(page, server, '/events')

    const rows = page.getByRole('table').locator('tbody tr')
    await rows.nth(1).getByText('elle ne vient pas du fournisseur').waitFor()
    await rows.first().getByText('Vérifiez l’horloge de cette machine').waitFor()
    await rows.first().getByRole('link', { name: 'ada@example.test' }).waitFor()
    assert.equal(await page.getByText('À examiner').count(), 1)
    assert.equal(await rows.first().getByText('À examiner').count(), 1)
    assert.match(await rows.nth(1).innerText(), /1\s234/)
    assertQuiet()
  })

  it('neither asks nor tells a member what was refused', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    server.state.rejections = [refused('integration-1', { ...STALE, count: 2 })]
    server.state.events = [anEvent()]
    await page.route('**/api/me', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), role: 'member' } })
    })

    await enter(page, server, '/events')

    await page.getByText('invitee.created').waitFor()
    assert.equal(await page.getByRole('table').count(), 0)
    assert.equal(server.asked.filter((it) => it.includes('/api/rejections')).length, 0)
  })

  it('speaks French and fits a phone of 360 px', async () => {
    const { server, visit } = setup
    const { page } = await visit({ viewport: { width: 360, height: 740 }, locale: 'fr-FR' })
    const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3)
    server.state.events = [anEvent({ status: 'quarantined', reason: long, kind: long })]
    server.state.rejections = [refused('integration-1', { ...STALE, count: 1_000_000 })]

    await enter(page, server, '/events')

    await page.locator('.badge', { hasText: 'Mis de côté' }).waitFor()
    await page.getByRole('table').waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
  })
})

const STALE = {
  reason: 'stale',
  is_alarm: true,
  meaning:
    'Signed with a right key, but more than three minutes ago or ahead. Compare the clock of this machine; if it is right, somebody repeats old deliveries.',
}

const FORGED = {
  reason: 'missing',
  is_alarm: false,
  meaning: 'No signature: not sent by the provider.',
}

const refused = (
  integrationId: string,
  refusal: RefusedDeliveries['refused'][number],
): RefusedDeliveries => ({
  integration_id: integrationId,
  provider: 'calendly',
  refused: [refusal],
})
