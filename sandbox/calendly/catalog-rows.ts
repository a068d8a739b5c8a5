/** People of one organization that one hook can hear of together. */
export interface Group {
  uuid: string
  name: string
  organization: string
  members: string[]
  /** Those of the members who may hook it. */
  admins: string[]
}

export interface EventType {
  uuid: string
  user: string
  name: string
  slug: string
  active: boolean
  /** In minutes. */
  duration: number
  description: string | null
  secret: boolean
  createdAt: string
  updatedAt: string
  deletedAt: string | null
}

export interface Question {
  uuid: string
  name: string
  type: 'text'
  required: boolean
  answer_choices: null
}

export interface RoutingForm {
  uuid: string
  organization: string
  name: string
  status: 'draft' | 'published'
  questions: Question[]
  createdAt: string
  updatedAt: string
}

export interface Submission {
  uuid: string
  form: string
  answers: { question_uuid: string; question: string; answer: string }[]
  tracking: Record<string, string | null>
  result: { type: string; value: unknown }
  /** The invitee who booked after it, if anybody did. */
  invitee: string | null
  createdAt: string
  updatedAt: string
}

export interface Contact {
  uuid: string
  user: string
  email: string
  name: string
  createdAt: string
  updatedAt: string
}
