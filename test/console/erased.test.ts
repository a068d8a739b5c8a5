import assert from 'node:assert/strict'
import type { Page, Route } from 'playwright-core'
import { enter } from './console-browser.ts'
import { aMeeting, aProspect, inHours } from './console-records.ts'
import { setUpConsole } from './console-setup.ts'

describe('console and an erased person', () => {
  const setup = setUpConsole()
  const invitees = [{ name: 'Mary', email: 'mary@example.test' }]
  beforeEach(() => {
    setup.server.state.prospects = [
      aProspect(),
      aProspect({ id: 'prospect-2', name: 'Stays', email: 'mary@example.test' }),
    ]
    setup.server.state.meetings = [
      aMeeting(),
      aMeeting({ id: 'meeting-2', name: 'Stays, too', invitees }),
    ]
  })

  it('takes their prospect and their meeting out of the open lists, and nothing else', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await enter(page, server)
    server.emit('prospect:updated', aProspect({ name: 'Grace' }))
    server.emit('meeting:updated', aMeeting({ name: 'Talk with Grace' }))
    await page.getByText('Meeting changed: Talk with Grace').waitFor({ state: 'attached' })

    server.emit('prospect:erased', { id: 'prospect-1' })
    server.emit('meeting:erased', { id: 'meeting-1' })

    await page.getByText('Grace').first().waitFor({ state: 'detached' })
    await page.getByText('Stays', { exact: true }).waitFor()
    assert.deepEqual(await page.locator('.meeting-name').allTextContents(), ['Stays, too'])
    assertQuiet()
  })

  it('does not bring them back by an older answer or frame that arrives afterwards', async () => {
    const { server, visit } = setup
    const { page } = await visit()
    await enter(page, server)
    await page.getByText('grace@example.test').first().waitFor()
    await page.getByText('First talk').waitFor()
    server.state.prospects.push(
      aProspect({ id: 'prospect-3', name: 'Of the late answer', created_at: inHours(-3) }),
    )
    server.state.meetings.push(
      aMeeting({ id: 'meeting-3', name: 'Met in the late answer', invitees }),
    )
    const answers = [await holdNext(page, 'prospects'), await holdNext(page, 'meetings')]
    server.cutLines()
    const late = await Promise.all(answers.map(({ held }) => held))
    await page.locator('[data-connection="live"]').waitFor()

    server.emit('prospect:erased', { id: 'prospect-1' })
    server.emit('meeting:erased', { id: 'meeting-1' })
    await page.getByText('Grace Hopper', { exact: true }).first().waitFor({ state: 'detached' })
    await page.getByText('First talk').waitFor({ state: 'detached' })
    for (const release of late) await release()
    server.emit('prospect:updated', aProspect({ name: 'Of a late frame' }))
    server.emit('meeting:created', aMeeting({ id: 'meeting-4', name: 'The last frame', invitees }))

    await page.getByText('Of the late answer').waitFor()
    await page.getByText('Met in the late answer').waitFor()
    await page.getByText('The last frame').waitFor()
    assert.equal(await page.getByText('First talk').count(), 0)
    const names = await page
      .locator('section[aria-labelledby="prospects"] .row-title')
      .allTextContents()
    assert.deepEqual(names, ['Stays', 'Of the late answer'])
  })
})

/** Keeps the next answer with this list back until it is released. */
async function holdNext(page: Page, list: string) {
  let give: (release: () => Promise<void>) => void
  const held = new Promise<() => Promise<void>>((resolve) => {
    give = resolve
  })
  const keep = async (route: Route) => {
    const response = await route.fetch()
    give(() => route.fulfill({ response }))
  }
  await page.route(`**/api/${list}?*`, keep, { times: 1 })
  return { held }
}
