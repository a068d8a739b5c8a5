import { answered } from '../answers.ts'
import { isProviderError, ProviderError } from '../failures.ts'
import type { Fields } from '../fields.ts'
import type { AccountUris, Provider, RemoteSubscription, Scope } from '../provider.ts'
import { UnreadableError } from '../reading.ts'
import { type CalendlyPlace, callApi, pageOf } from './calls.ts'
import { WEBHOOK_EVENTS } from './payload.ts'

/** The largest page there is: fewer calls against the rate budget. */
export const PAGE_SIZE = '100'

type Subscriptions = Pick<
  Provider,
  'listSubscriptions' | 'createSubscription' | 'deleteSubscription'
>

/** Webhook subscriptions: reference/calendly.md, section 4. There is no way to change one. */
export const createSubscriptions = (place: CalendlyPlace): Subscriptions => ({
  listSubscriptions: async (access, { account, scope, pageToken }) => {
    const operation = 'list webhook subscriptions'
    const answer = await callApi(place, access, {
      operation,
      method: 'GET',
      path: '/webhook_subscriptions',
      query: { ...ownerOf(account, scope), scope, count: PAGE_SIZE, page_token: pageToken },
    })
    return pageOf(operation, answer, readSubscription)
  },

  createSubscription: async (access, { account, scope, callbackUrl, signingKey }) => {
    const operation = 'create webhook subscription'
    const answer = await callApi(place, access, {
      operation,
      method: 'POST',
      path: '/webhook_subscriptions',
      json: {
        url: callbackUrl,
        events: WEBHOOK_EVENTS,
        ...ownerOf(account, scope),
        scope,
        signing_key: signingKey,
      },
    })
    return answered(operation, answer, (fields) => readSubscription(fields.object('resource')))
  },

  deleteSubscription: async (access, uri) => {
    const operation = 'delete webhook subscription'
    try {
      const path = `/webhook_subscriptions/${idOf(place, { uri, operation })}`
      const { rate } = await callApi(place, access, { operation, method: 'DELETE', path })
      return { value: 'deleted', rate }
    } catch (error) {
      if (!isProviderError(error, 'notFound')) throw error
      return { value: 'gone', rate: error.rate }
    }
  },
})

/** The organization is asked for in every scope, the user only in theirs. */
const ownerOf = ({ userUri, organizationUri }: AccountUris, scope: Scope) =>
  scope === 'user'
    ? { organization: organizationUri, user: userUri }
    : { organization: organizationUri }

/**
 * The id at the end of one of Calendly's URIs. A URI comes from a row or a payload: one that lies
 * elsewhere is refused, and the call goes to the API's own address in any case.
 */
export function idOf(
  { apiUrl }: CalendlyPlace,
  { uri, operation }: { uri: string; operation: string },
): string {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  const id = url?.pathname.split('/').at(-1) ?? ''
  const isOurs = url?.origin === new URL(apiUrl).origin && url.username === ''
  if (isOurs && /^[A-Za-z0-9_-]{1,64}$/.test(id)) return id
  throw new ProviderError({
    kind: 'forbiddenOrigin',
    text: `${operation}: not sent, its URI is not one of the provider's. Check where it came from.`,
  })
}

function readSubscription(fields: Fields): RemoteSubscription {
  const state = fields.text('state')
  if (state !== 'active' && state !== 'disabled')
    throw new UnreadableError('wrongType', `${fields.path}.state`)
  return {
    uri: fields.uri('uri'),
    callbackUrl: fields.text('callback_url'),
    state,
    events: fields.texts('events'),
    scope: fields.text('scope'),
    retryStartedAt: fields.maybeInstant('retry_started_at'),
    userUri: fields.maybeUri('user'),
    organizationUri: fields.maybeUri('organization'),
    creatorUri: fields.maybeUri('creator'),
  }
}
