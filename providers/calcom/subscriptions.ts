import { answered, readEach } from '../answers.ts'
import { isProviderError, ProviderError } from '../failures.ts'
import type { Fields } from '../fields.ts'
import type { Access, AccountUris, Page, Provider, RemoteSubscription, Scope } from '../provider.ts'
import { UnreadableError } from '../reading.ts'
import { addressFor, answeredData, type CalcomPlace, callApi } from './calls.ts'
import { WEBHOOK_EVENTS } from './triggers.ts'

/** The largest page there is. */
const PAGE_SIZE = 250

type Subscriptions = Pick<
  Provider,
  'listSubscriptions' | 'createSubscription' | 'deleteSubscription'
>

/** Webhooks of a person or of their organization: reference/calcom.md, section 5.3. */
export const createSubscriptions = (place: CalcomPlace): Subscriptions => ({
  listSubscriptions: async (access, { account, scope, pageToken }) => {
    const operation = 'list webhooks'
    const path = pathOf(account, scope)
    if (path === undefined) return NOTHING
    const skip = Number(pageToken ?? 0)
    const query = { take: String(PAGE_SIZE), skip: String(skip) }
    const answer = await callApi(place, access, { operation, method: 'GET', path, query })
    const where = { base: hookBase(place, access, path), scope }
    const { value, rate } = answered(operation, answer, (fields) => fields.objects('data'))
    // There is no count beside this list: a full page may have another one behind it.
    const nextPage = value.length < PAGE_SIZE ? null : String(skip + PAGE_SIZE)
    return { ...readEach(value, (item) => readHook(item, where)), nextPage, rate }
  },

  createSubscription: async (access, { account, scope, callbackUrl, signingKey }) => {
    const operation = 'create webhook'
    const path = pathOf(account, scope)
    if (path === undefined) throw noOrganization(operation)
    const answer = await callApi(place, access, {
      operation,
      method: 'POST',
      path,
      // Without a template: what one renders may be no JSON, and is signed all the same.
      json: {
        active: true,
        subscriberUrl: callbackUrl,
        triggers: WEBHOOK_EVENTS,
        secret: signingKey,
      },
    })
    const base = hookBase(place, access, path)
    return answeredData(operation, answer, (data) => readHook(data, { base, scope }))
  },

  deleteSubscription: async (access, uri) => {
    const operation = 'delete webhook'
    try {
      const path = hookPath(place, access, { uri, operation })
      const { rate } = await callApi(place, access, { operation, method: 'DELETE', path })
      return { value: 'deleted', rate }
    } catch (error) {
      if (!isProviderError(error, 'notFound')) throw error
      return { value: 'gone', rate: error.rate }
    }
  },
})

const NOTHING: Page<RemoteSubscription> = { items: [], nextPage: null, unreadable: [], rate: null }

/** Where hooks of a scope are; undefined for the organization of somebody who is in none. */
function pathOf({ organizationUri }: AccountUris, scope: Scope): string | undefined {
  if (scope === 'user') return '/webhooks'
  const id = /\/organizations\/(\d{1,15})$/.exec(organizationUri)?.[1]
  return id === undefined ? undefined : `/organizations/${id}/webhooks`
}

const noOrganization = (operation: string): ProviderError =>
  new ProviderError({
    kind: 'role',
    text: `${operation}: not sent, the account is in no organization. Connect for the person alone.`,
  })

const hookBase = (place: CalcomPlace, access: Access, path: string): string =>
  `${addressFor(place, access)}/v2${path}`

/** The path of one of our hook URIs. A URI that lies elsewhere is refused, never called. */
function hookPath(
  place: CalcomPlace,
  access: Access,
  { uri, operation }: { readonly uri: string; readonly operation: string },
): string {
  const base = `${addressFor(place, access)}/v2`
  const path = uri.startsWith(`${base}/`) ? uri.slice(base.length) : ''
  if (/^(?:\/organizations\/\d{1,15})?\/webhooks\/[A-Za-z0-9_-]{1,64}$/.test(path)) return path
  throw new ProviderError({
    kind: 'forbiddenOrigin',
    text: `${operation}: not sent, its URI is not one of the provider's. Check where it came from.`,
  })
}

/** The secret that the list shows is not read: whoever needs it has made it. */
function readHook(
  fields: Fields,
  { base, scope }: { readonly base: string; readonly scope: Scope },
): RemoteSubscription {
  const id = fields.maybeId('id')
  if (id === null) throw new UnreadableError('missingField', `${fields.path}.id`)
  return {
    uri: `${base}/${id}`,
    callbackUrl: fields.text('subscriberUrl'),
    state: fields.maybeFlag('active') ? 'active' : 'disabled',
    events: fields.texts('triggers'),
    scope,
    retryStartedAt: null,
    userUri: null,
    organizationUri: null,
    creatorUri: null,
  }
}
