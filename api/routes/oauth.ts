import type { FastifyInstance, FastifyReply } from 'fastify'
import { isId } from '../../db/ids.ts'
import { consumeState, isOpenedBy, markStarted, readOperation } from '../../db/operations.ts'
import type { OperationReport } from '../../domain/operation.ts'
import type { ProviderName } from '../../domain/provider-name.ts'
import { browserOf, hashOf, isRandomText } from '../browser-binding.ts'
import type { ApiDeps } from '../deps.ts'
import { sendOAuthPage } from '../oauth-page.ts'
import type { OAuthPage } from '../oauth-page.ts'
import {
  ALREADY_USED,
  FOREIGN,
  NOT_OURS,
  OTHER_BROWSER,
  outcomePage,
  PAGES,
} from '../oauth-words.ts'
import { PATIENCE_MS, waitForOutcome } from '../operation-answers.ts'
import type { OperationKey } from '../operation-answers.ts'
import { isMixedUp, MIXED_UP, oauthOf } from '../provider-oauth.ts'

type CallbackQuery = { state?: unknown; code?: unknown; error?: unknown; iss?: unknown }
type ProviderParam = { provider: string }

/** The pages a person's browser comes back to from the provider's consent. */
export async function oauthRoutes(scope: FastifyInstance, deps: ApiDeps): Promise<void> {
  const { database, gateway, urls, options } = deps
  const answer = (reply: FastifyReply, page: OAuthPage) => sendOAuthPage(reply, urls, page)

  scope.get<{ Querystring: CallbackQuery; Params: ProviderParam }>(
    '/oauth/:provider/callback',
    async (request, reply) => {
      const { state } = request.query
      const oauth = oauthOf(deps, request.params.provider)
      if (oauth === undefined || !isRandomText(state)) return answer(reply, NOT_OURS)
      // Whatever another service answers means nothing here, neither its yes nor its no.
      const consent = isMixedUp(oauth, request.query.iss)
        ? { ended: MIXED_UP }
        : consentOf(request.query)
      if (consent === undefined) return answer(reply, NOT_OURS)
      const browser = browserOf(request, urls.apiUrl)
      if (browser === undefined) return answer(reply, OTHER_BROWSER)
      const key = await database.directory.operationByState(hashOf(state))
      if (key === undefined) return answer(reply, ALREADY_USED)
      const consumed = await database.withTenant(key.organizationId, async (tx) => {
        const operation = await readOperation(tx, key.operationId)
        // A state remembers its provider: the answer of another one consumes nothing.
        if (operation?.provider !== oauth.name) return FOREIGN
        return consumeState(tx, {
          id: key.operationId,
          stateHash: hashOf(state),
          browserHash: hashOf(browser),
          ...consent,
        })
      })
      if (consumed !== 'consumed') return answer(reply, PAGES[consumed])
      if ('code' in consent) await startConnect(key, oauth.name)
      return answer(reply, await pageOf(key, options?.patienceMs ?? PATIENCE_MS))
    },
  )

  /** Where the page after the consent looks again while the attempt is in progress. */
  scope.get<{ Params: ProviderParam & { organizationId: string; id: string } }>(
    '/oauth/:provider/attempts/:organizationId/:id',
    async (request, reply) => {
      const { organizationId, id: operationId } = request.params
      const browser = browserOf(request, urls.apiUrl)
      if (browser === undefined || !isId(organizationId) || !isId(operationId))
        return answer(reply, NOT_OURS)
      const isTheirs = await database.withTenant(organizationId, (tx) =>
        isOpenedBy(tx, { id: operationId, browserHash: hashOf(browser) }),
      )
      if (!isTheirs) return answer(reply, NOT_OURS)
      return answer(reply, await pageOf({ organizationId, operationId }, 0))
    },
  )

  async function startConnect(key: OperationKey, provider: ProviderName): Promise<void> {
    const started = await gateway.startOperation('connect', key, { provider })
    if (started === 'later') return
    await database.withTenant(key.organizationId, (tx) => markStarted(tx, key.operationId))
  }

  async function pageOf(key: OperationKey, patienceMs: number): Promise<OAuthPage> {
    const operation = await waitForOutcome(database, key, patienceMs)
    if (operation === undefined) return NOT_OURS
    const path = `/oauth/${operation.provider}/attempts/${key.organizationId}/${key.operationId}`
    return outcomePage(operation, path)
  }
}

/** A code, or a no; anything else in the query is nothing a provider sends. */
function consentOf({
  code,
  error,
}: CallbackQuery): { code: string } | { ended: OperationReport } | undefined {
  if (typeof error === 'string') {
    const reason =
      error === 'access_denied'
        ? 'You did not give your consent.'
        : 'The provider ended the consent without an answer.'
    return { ended: { outcome: 'denied', reason, nextStep: null } }
  }
  // RFC 6749 section 4.1.2 leaves the length open; no provider's code comes near this.
  return typeof code === 'string' && /^[\x21-\x7e]{1,2000}$/.test(code) ? { code } : undefined
}
