import type { Http } from '../http.ts'
import type { Account, Provider } from '../provider.ts'
import { UnreadableError } from '../reading.ts'
import { addressOf, organizationUri, userUri } from './addresses.ts'
import { createBookings } from './bookings.ts'
import { addressFor, answeredData, callApi } from './calls.ts'
import { read } from './payload.ts'
import { SIGNATURE_HEADER, verify } from './signature.ts'
import { createSubscriptions } from './subscriptions.ts'
import { WEBHOOK_EVENTS } from './triggers.ts'

/** What Cal.com is reached with: `apiUrl` where a person chooses no installation. */
export interface CalcomDeps {
  readonly http: Http
  readonly apiUrl: string
  readonly now?: () => number
}

/** The pure side alone, for a process that receives and never calls. */
export const calcomWebhook: Provider['webhook'] = {
  signatureHeader: SIGNATURE_HEADER,
  // A delivery names its organizer, who need not be the one whose hook it is.
  namesAccount: false,
  verify,
  read,
}

/** Cal.com, API v2, behind the interface that every provider fulfils. */
export function createCalcom({ http, apiUrl, now = Date.now }: CalcomDeps): Provider {
  const place = { http, apiUrl }
  return {
    name: 'calcom',
    keys: { addressOf: (chosen) => addressOf(chosen, apiUrl) },
    webhookEvents: WEBHOOK_EVENTS,
    webhook: calcomWebhook,
    identify: async (access) => {
      const operation = 'identify the account'
      const answer = await callApi(place, access, { operation, method: 'GET', path: '/me' })
      return answeredData(operation, answer, (me): Account => {
        const id = me.maybeId('id')
        if (id === null) throw new UnreadableError('missingField', 'answer.data.id')
        const address = addressFor(place, access)
        const organization = me.maybeId('organizationId')
        const own = userUri(address, id)
        return {
          userUri: own,
          // Who is in none is asked for none: their own name stands for it.
          organizationUri: organization === null ? own : organizationUri(address, organization),
          email: me.text('email'),
          name: me.maybeText('name') ?? me.text('username'),
          timezone: me.maybeText('timeZone') ?? 'UTC',
        }
      })
    },
    ...createSubscriptions(place),
    ...createBookings(place, now),
  }
}
