import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { OperationRef } from '../../db/directory.ts'
import { openOperation, readAsker, readOperation } from '../../db/operations.ts'
import { bindBrowser, browserOf, hashOf, randomText } from '../browser-binding.ts'
import { isTicket, loginHintOf } from '../consent.ts'
import type { ApiDeps } from '../deps.ts'
import { oauthHeaders, sendOAuthPage } from '../oauth-page.ts'
import type { OAuthPage } from '../oauth-page.ts'
import {
  ALREADY_USED,
  askingPage,
  FOREIGN,
  NOT_OURS,
  OTHER_BROWSER,
  PAGES,
} from '../oauth-words.ts'
import { oauthOf } from '../provider-oauth.ts'
import { redirectUri } from '../urls.ts'

type Params = { provider: string }
type Found = OperationRef & { readonly oauth: NonNullable<ReturnType<typeof oauthOf>> }

/** A name for people. */
const NAMES = { calendly: 'Calendly', calcom: 'Cal.com' } as const

/**
 * The way to the provider's consent, in two steps: a page that says who asks, and a press of its
 * button, which binds the browser. Opening the link alone binds nothing and uses nothing up.
 */
export async function oauthStartRoutes(scope: FastifyInstance, deps: ApiDeps): Promise<void> {
  const { database, urls } = deps
  const answer = (reply: FastifyReply, page: OAuthPage) => sendOAuthPage(reply, urls, page)
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  )

  async function find(provider: string, ticket: string): Promise<Found | undefined> {
    const oauth = oauthOf(deps, provider)
    const found = await database.directory.operationByTicket(hashOf(ticket))
    return oauth === undefined || found === undefined ? undefined : { ...found, oauth }
  }

  scope.get<{ Querystring: { ticket?: unknown }; Params: Params }>(
    '/oauth/:provider/start',
    async (request, reply) => {
      const { ticket } = request.query
      if (!isTicket(ticket)) return answer(reply, NOT_OURS)
      const found = await find(request.params.provider, ticket)
      if (found === undefined) return answer(reply, NOT_OURS)
      const known = browserOf(request, urls.apiUrl)
      const page = await pageFor(found, { ticket, browser: known ?? randomText() })
      return answer(
        known === undefined ? bindBrowser(reply, urls.apiUrl, page.browser) : reply,
        page,
      )
    },
  )

  async function pageFor(
    { oauth, organizationId, operationId }: Found,
    { ticket, browser }: { ticket: string; browser: string },
  ): Promise<OAuthPage & { browser: string }> {
    const asker = await database.withTenant(organizationId, (tx) => readAsker(tx, operationId))
    const isOpen = asker?.progress === 'created' || asker?.progress === 'opened'
    const isBound = asker !== undefined && asker.browserHash !== null
    if (asker?.provider !== oauth.name) return { ...NOT_OURS, browser }
    if (asker.isExpired) return { ...PAGES.expired, browser }
    if (!isOpen) return { ...ALREADY_USED, browser }
    if (isBound && asker.browserHash?.equals(hashOf(browser)) !== true)
      return { ...OTHER_BROWSER, browser }
    const { organization, name, subject } = asker
    const words = { provider: NAMES[oauth.name], organization, person: name ?? subject }
    const leadsTo = oauth.authorizeUrl({ state: '', codeChallenge: '', redirectUri: '' })
    const page = askingPage(words, {
      action: `/oauth/${oauth.name}/start`,
      fields: { ticket, proof: proofOf(browser, ticket) },
      button: `Continue to ${words.provider}`,
      leadsTo,
    })
    return { ...page, browser }
  }

  scope.post<{ Body: unknown; Params: Params }>(
    '/oauth/:provider/start',
    async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
      const ticket = form.get('ticket')
      if (!isTicket(ticket)) return answer(reply, NOT_OURS)
      const browser = browserOf(request, urls.apiUrl)
      const site = request.headers['sec-fetch-site']
      const isFromOurPage = site === undefined || site === 'same-origin'
      // Only a page that we have given this very browser holds the proof: no other site can press.
      if (browser === undefined || !isFromOurPage || !isProof(form.get('proof'), browser, ticket))
        return answer(reply, OTHER_BROWSER)
      const found = await find(request.params.provider, ticket)
      if (found === undefined) return answer(reply, NOT_OURS)
      const { oauth, organizationId, operationId: id } = found
      const [state, codeVerifier] = [randomText(), randomText()]
      const opened = await database.withTenant(organizationId, async (tx) => {
        const operation = await readOperation(tx, id)
        if (operation?.provider !== oauth.name) return { word: FOREIGN, loginHint: undefined }
        const [browserHash, stateHash] = [hashOf(browser), hashOf(state)]
        const word: keyof typeof PAGES | 'opened' = await openOperation(tx, {
          id,
          browserHash,
          stateHash,
          codeVerifier,
        })
        return { word, loginHint: loginHintOf(tx, id, ticket) }
      })
      if (opened.word !== 'opened') return answer(reply, PAGES[opened.word])
      const { loginHint } = opened
      const location = oauth.authorizeUrl({
        state,
        codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
        redirectUri: redirectUri(urls, oauth.name),
        ...(loginHint === undefined ? {} : { loginHint }),
      })
      return oauthHeaders(bindBrowser(reply, urls.apiUrl, browser)).redirect(location, 303)
    },
  )
}

/** Binds the button to the browser that was shown it. */
const proofOf = (browser: string, ticket: string): string =>
  hashOf(`${browser} ${ticket}`).toString('base64url')

const isProof = (proof: string | null, browser: string, ticket: string): boolean => {
  const [given, real] = [Buffer.from(proof ?? ''), Buffer.from(proofOf(browser, ticket))]
  return given.length === real.length && timingSafeEqual(given, real)
}
