export interface Hook {
  uuid: string
  url: string
  events: string[]
  scope: 'user' | 'organization' | 'group'
  organization: string
  user: string | null
  group: string | null
  creator: string
  signingKey: string | null
  /** False for a hook made with a personal token: no app, so no app-wide key. */
  ofApp: boolean
  state: 'active' | 'disabled'
  createdAt: string
  updatedAt: string
  retryStartedAt: string | null
  /** Sandbox time of the last delivery that got through. */
  lastSuccessAt: number | null
  /** Sandbox time at which the current or last retry run began. */
  failingSince: number | null
}

/** A delivery that has not been answered well yet. */
export interface Pending {
  id: string
  hook: string
  event: string
  /** The address of the invitee it tells of, if it tells of one. */
  invitee: string | null
  body: string
  attempt: number
  /** Sandbox time. */
  dueAt: number
  firstFailedAt: number | null
  t: number | null
}
