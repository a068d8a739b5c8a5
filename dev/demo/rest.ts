import { callJson } from './json-client.ts'

export interface AttemptJson {
  readonly attemptId: string
  readonly progress: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly nextStep: string | null
  readonly integrationId: string | null
}

export interface IntegrationJson {
  readonly id: string
  readonly status: string
  readonly reason: string | null
  readonly webhook_active: boolean
  readonly webhook_subscription_uri: string | null
  readonly callback_url: string | null
  readonly provider_account_email: string | null
  readonly provider_user_uri: string | null
  readonly token_generation: number | null
  readonly checked_at: string | null
}

/** What an operation came to, or where a person has to consent. */
export interface OperationJson {
  readonly attemptId: string | null
  readonly outcome: string | null
  readonly authorizeUrl?: string
}

export interface GapJson {
  readonly id: string
  readonly reason: string
  readonly closed_at: string | null
  readonly provider_count: number | null
  readonly own_count: number | null
  readonly recovered: number | null
}

/** What an integration says of itself. */
export interface ExplanationJson {
  readonly next_due: { readonly what: string; readonly at: string } | null
  /** What was done last, one line for each. */
  readonly decisions: readonly { readonly did: string }[]
}

export interface ProspectJson {
  readonly id: string
  readonly email: string
  readonly name: string | null
}

export interface MeetingJson {
  readonly id: string
  readonly status: string
  readonly start_at: string | null
  readonly source_account_uri: string | null
  readonly invitees: readonly {
    readonly email: string | null
    readonly status: string
    readonly no_show: boolean
  }[]
}

export interface EventJson {
  readonly id: string
  readonly source: string
  readonly status: string
}

interface Page<T> {
  readonly items: readonly T[]
}

/** REST as one caller sees it. */
export interface Rest {
  readonly connect: (wish: {
    loginHint: string
    scope?: 'organization'
  }) => Promise<{ attemptId: string; authorizeUrl: string }>
  readonly attempt: (id: string) => Promise<AttemptJson>
  readonly integration: (id: string) => Promise<IntegrationJson>
  readonly explain: (id: string) => Promise<ExplanationJson>
  readonly gaps: (integrationId: string) => Promise<readonly GapJson[]>
  readonly operate: (
    id: string,
    kind: 'reconnect' | 'disconnect' | 'reconcile',
  ) => Promise<OperationJson>
  readonly prospects: (email: string) => Promise<readonly ProspectJson[]>
  /** The meetings that somebody with this e-mail is an invitee of. */
  readonly meetings: (email: string) => Promise<readonly MeetingJson[]>
  /** The events that webhooks brought; what a sync found by itself is not among them. */
  readonly deliveredEvents: () => Promise<readonly EventJson[]>
}

/** REST of the system at this address, with this bearer token. */
export function createRest(api: string, token: string): Rest {
  const get = async <T>(path: string): Promise<T> => callJson<T>(`${api}${path}`, { token })
  const items = async <T>(path: string): Promise<readonly T[]> => (await get<Page<T>>(path)).items
  return {
    connect: (json) =>
      callJson(`${api}/api/integrations/calendly/connect`, { method: 'POST', json, token }),
    attempt: (id) => get(`/api/connect-attempts/${id}`),
    integration: (id) => get(`/api/integrations/${id}`),
    explain: (id) => get(`/api/integrations/${id}/explain`),
    gaps: (id) => items(`/api/gaps?integration_id=${id}`),
    operate: (id, kind) =>
      callJson(`${api}/api/integrations/${id}/${kind}`, { method: 'POST', token }),
    async prospects(email) {
      const found = await items<ProspectJson>(`/api/prospects?q=${encodeURIComponent(email)}`)
      return found.filter((prospect) => prospect.email === email)
    },
    async meetings(email) {
      const found = await items<MeetingJson>('/api/meetings?limit=100')
      return found.filter(({ invitees }) => invitees.some((invitee) => invitee.email === email))
    },
    async deliveredEvents() {
      const events = await items<EventJson>('/api/events?limit=100')
      return events.filter(({ source }) => source === 'webhook')
    },
  }
}
