/** What the API calls the health of an integration. */
export type IntegrationStatus =
  | 'connecting'
  | 'live'
  | 'polling'
  | 'needsAdmin'
  | 'needsScope'
  | 'needsReconnect'
  | 'waitingForFirstDelivery'
  | 'paused'
  | 'disconnecting'
  | 'disconnected'
  | 'failed'

/** How far an attempt to connect has come. */
export type Progress = 'created' | 'opened' | 'authorized' | 'exchanging' | 'waiting' | 'done'

/** How an operation ended. */
export type Outcome =
  | 'live'
  | 'polling'
  | 'needsAdmin'
  | 'needsScope'
  | 'needsConsent'
  | 'waitingForFirstDelivery'
  | 'denied'
  | 'superseded'
  | 'paused'
  | 'disconnected'
  | 'failed'

/** One user's or one organization's connection to a provider, as the API tells it. */
export interface Integration {
  readonly id: string
  readonly provider: string
  readonly scope: 'user' | 'organization'
  readonly user_id: string
  readonly status: IntegrationStatus
  readonly reason: string | null
  readonly next_step: string | null
  readonly provider_account_email: string | null
  readonly provider_user_uri: string | null
  readonly webhook_active: boolean
  readonly token_generation: number | null
  readonly token_expires_at: string | null
  readonly checked_at: string | null
  readonly connected_at: string | null
}

/** What could not be removed at a provider yet. */
export interface Debt {
  readonly id: string
  readonly integration_id: string
  readonly kind: 'hook' | 'token'
  readonly attempts: number
  readonly expires_at: string
}

/** A person who booked. */
export interface Prospect {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly source: string
  readonly created_at: string
  readonly updated_at: string
}

/** Somebody who hosts or attends a meeting. */
export interface Participant {
  readonly name: string | null
  readonly email: string | null
}

/** A booked slot. */
export interface Meeting {
  readonly id: string
  readonly status: 'active' | 'canceled'
  readonly name: string | null
  readonly start_at: string
  readonly end_at: string
  readonly join_url: string | null
  readonly hosts: readonly Participant[]
  readonly invitees: readonly Participant[]
  readonly updated_at: string
}

/** What became of a wish to connect, disconnect, pause or resume. */
export interface Attempt {
  readonly attemptId: string
  readonly progress: Progress
  readonly outcome: Outcome | null
  readonly reason: string | null
  readonly nextStep: string | null
}

/** The answer to an operation on an integration. */
export interface OperationAnswer {
  readonly attemptId?: string
  readonly operationId?: string
  readonly outcome?: Outcome | null
  readonly reason?: string | null
  readonly nextStep?: string | null
  readonly authorizeUrl?: string
}

/** What came of connecting by a key, or what to enter at the provider; the secret is told once. */
export interface ConnectedByKey extends OperationAnswer {
  readonly webhook: {
    readonly subscriberUrl: string
    readonly secret: string
    readonly events: readonly string[]
  } | null
}

/** Who the token says the viewer is. */
export interface Me {
  readonly user_id: string
  readonly organization_id: string
  readonly role: 'admin' | 'member' | 'client'
  readonly name: string | null
}

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next_cursor: string | null
}
