import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseLanguage } from '../../console/web/words/language.ts'
import { SERVER_FR } from '../../console/web/words/server-fr.ts'
import { enter } from './console-browser.ts'
import { aMeeting, anIntegration } from './console-records.ts'
import { setUpConsole } from './console-setup.ts'

/** Where the sentences are that the server tells people. */
const SPEAKING = ['domain', 'activities', 'api', 'api/routes', 'api/ingress']

const ROOT = join(import.meta.dirname, '../..')

describe('console language', () => {
  it('takes the tag that dates can be formatted with, else the dictionary’s own', () => {
    const tags = ['fr-CA', 'en-US@posix', 'fr_FR.UTF-8', 'constructor', 'de']

    const chosen = tags.map((it) => chooseLanguage([it]).tag)

    assert.deepEqual(chosen, ['fr-CA', 'en', 'fr', 'en', 'en'])
  })

  it('knows the sentences the server says and no others', async () => {
    const files = await Promise.all(SPEAKING.map(sourcesIn))
    const sources = files.flat().join('\n')

    const unsaid = [...SERVER_FR.keys()].filter(
      (it) => !it.startsWith('A later request won') && !sources.includes(it),
    )

    assert.deepEqual(unsaid, [])
  })
})

describe('console language in a browser', () => {
  const setup = setUpConsole()

  it('works in a browser whose language its own Intl refuses', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit()
    await page.addInitScript(`
      Object.defineProperty(navigator, 'language', { get: () => 'en-US@posix' })
      Object.defineProperty(navigator, 'languages', { get: () => ['en-US@posix'] })`)
    server.state.integrations = [anIntegration()]
    server.state.meetings = [aMeeting()]

    await enter(page, server)

    await page.getByText('Active, last checked 12 minutes ago').waitFor()
    await page.getByText('First talk').waitFor()
    assert.equal(await page.getAttribute('html', 'lang'), 'en')
    assertQuiet()
  })

  it('speaks French to a French browser', async () => {
    const { server, visit } = setup
    const { page, assertQuiet } = await visit({ locale: 'fr-FR' })
    server.state.integrations = [anIntegration({ status: 'paused' })]

    await page.goto(server.appUrl)
    await page.getByLabel('Jeton d’accès').waitFor()
    await enter(page, server)

    await page.getByText('En pause : les réservations sont gardées').waitFor()
    await page.getByRole('button', { name: 'Reprendre : ada@example.test' }).waitFor()
    await page.getByText('En direct').waitFor()
    assert.equal(await page.getAttribute('html', 'lang'), 'fr-FR')
    assertQuiet()
  })

  it('keeps the viewer and the way out on one line of a French phone', async () => {
    const { server, visit } = setup
    const { page } = await visit({ locale: 'fr-FR', viewport: { width: 360, height: 740 } })
    await page.route('**/api/me', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({
        response: answer,
        json: { ...(await answer.json()), name: 'Demo Admin' },
      })
    })

    await enter(page, server)

    const viewer = await page.locator('.viewer').boundingBox()
    const out = await page.getByRole('button', { name: 'Se déconnecter' }).boundingBox()
    assert.ok(viewer !== null && out !== null)
    assert.ok(out.y < viewer.y + viewer.height, 'the way out is on a line of its own')
  })

  it('says the server’s known sentences in French and leaves the others', async () => {
    const { server, visit } = setup
    const { page } = await visit({ locale: 'fr-FR' })
    server.state.integrations = [
      anIntegration({
        status: 'polling',
        reason: "The account's plan has no webhooks, so bookings are fetched every half hour.",
        next_step: 'A sentence of tomorrow.',
      }),
    ]

    await enter(page, server)

    await page.getByText('L’offre du compte ne comprend pas de webhooks').waitFor()
    await page.getByText('A sentence of tomorrow.').waitFor()
  })
})

async function sourcesIn(folder: string): Promise<string[]> {
  const names = await readdir(join(ROOT, folder))
  return Promise.all(
    names.filter((it) => it.endsWith('.ts')).map((it) => readFile(join(ROOT, folder, it), 'utf8')),
  )
}
