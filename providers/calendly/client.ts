import type { Http } from '../http.ts'
import type { Account, Provider } from '../provider.ts'
import { createBookings } from './bookings.ts'
import { answered } from '../answers.ts'
import { callApi } from './calls.ts'
import { bookedKey, read, WEBHOOK_EVENTS } from './payload.ts'
import { SIGNATURE_HEADER, verify } from './signature.ts'
import { createSubscriptions } from './subscriptions.ts'
import { type CalendlyApp, createTokens } from './tokens.ts'

/** What Calendly is reached with. */
export interface CalendlyDeps extends CalendlyApp {
  readonly http: Http
  readonly apiUrl: string
  readonly now?: () => number
}

/** The pure side alone, for a process that receives and never calls. */
export const calendlyWebhook: Provider['webhook'] = {
  signatureHeader: SIGNATURE_HEADER,
  namesAccount: true,
  verify,
  read,
  bookedKey,
}

/** Calendly, API v2, behind the interface that every provider fulfils. */
export function createCalendly(deps: CalendlyDeps): Provider {
  const place = { http: deps.http, apiUrl: deps.apiUrl }
  return {
    name: 'calendly',
    oauth: createTokens(deps.http, deps),
    webhookEvents: WEBHOOK_EVENTS,
    webhook: calendlyWebhook,
    identify: async (access) => {
      const operation = 'identify the account'
      const answer = await callApi(place, access, { operation, method: 'GET', path: '/users/me' })
      return answered(operation, answer, (fields): Account => {
        const user = fields.object('resource')
        return {
          userUri: user.uri('uri'),
          organizationUri: user.uri('current_organization'),
          email: user.text('email'),
          name: user.text('name'),
          timezone: user.text('timezone'),
        }
      })
    },
    ...createSubscriptions(place),
    ...createBookings(place, deps.now ?? Date.now),
  }
}
