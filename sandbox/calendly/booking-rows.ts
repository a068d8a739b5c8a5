export interface Cancellation {
  canceled_by: string
  canceler_type: 'host' | 'invitee'
  created_at: string
  reason: string | null
}

export interface ScheduledEvent {
  uuid: string
  name: string
  status: 'active' | 'canceled'
  start: number
  end: number
  eventType: string
  hosts: string[]
  organization: string
  limit: number
  location: Record<string, unknown>
  guests: { email: string; created_at: string; updated_at: string }[]
  cancellation: Cancellation | null
  invitees: string[]
  createdAt: string
  updatedAt: string
}

export interface Invitee {
  uuid: string
  event: string
  email: string
  name: string
  firstName: string | null
  lastName: string | null
  timezone: string | null
  status: 'active' | 'canceled'
  answers: { answer: string; position: number; question: string }[]
  tracking: Record<string, string | null>
  textReminderNumber: string | null
  schedulingMethod: 'instant_book' | 'api' | null
  scheduledBy: string | null
  payment: object | null
  rescheduled: boolean
  oldInvitee: string | null
  newInvitee: string | null
  noShow: { uuid: string; created_at: string } | null
  cancellation: Cancellation | null
  createdAt: string
  updatedAt: string
}
