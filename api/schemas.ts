import { Type } from 'typebox'
import type { TSchema } from 'typebox'
import type { MeetingJson } from '../db/meetings.ts'

export const Nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()])

export const Text = Type.String()
export const Time = Type.String({ format: 'date-time' })
export const Id = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
})

export const IdParams = Type.Object({ id: Id })

/** RFC 9457, as every error is told. */
export const Problem = Type.Object({
  type: Text,
  title: Text,
  status: Type.Integer(),
  detail: Text,
  errors: Type.Optional(Type.Array(Type.Object({ field: Text, message: Text }))),
})

/** One page of a list; `next_cursor` is null on the last. */
export const PageOf = <Schema extends TSchema>(item: Schema) =>
  Type.Object({ items: Type.Array(item), next_cursor: Nullable(Text) })

export const PageQuery = Type.Object({
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
})

export const Integration = Type.Object({
  id: Text,
  provider: Text,
  scope: Text,
  user_id: Nullable(Text),
  status: Text,
  reason: Nullable(Text),
  next_step: Nullable(Text),
  is_active: Type.Boolean(),
  connected_at: Nullable(Time),
  disconnected_at: Nullable(Time),
  disconnected_by: Nullable(Text),
  provider_account_email: Nullable(Text),
  provider_user_uri: Nullable(Text),
  provider_organization_uri: Nullable(Text),
  webhook_active: Type.Boolean(),
  webhook_subscription_uri: Nullable(Text),
  callback_url: Nullable(Text),
  token_generation: Nullable(Type.Integer()),
  token_expires_at: Nullable(Time),
  checked_at: Nullable(Time),
})

export const Attempt = Type.Object({
  attemptId: Text,
  kind: Text,
  provider: Text,
  progress: Text,
  outcome: Nullable(Text),
  reason: Nullable(Text),
  nextStep: Nullable(Text),
  integrationId: Nullable(Text),
  createdAt: Time,
  finishedAt: Nullable(Time),
})

export const Prospect = Type.Object({
  id: Text,
  email: Text,
  name: Nullable(Text),
  first_name: Nullable(Text),
  last_name: Nullable(Text),
  timezone: Nullable(Text),
  source: Text,
  owner_user_id: Nullable(Text),
  created_at: Time,
  updated_at: Time,
})

const Location = Type.Object({
  type: Text,
  value: Nullable(Text),
  joinUrl: Nullable(Text),
  status: Nullable(Text),
})

const Utm = Type.Object({
  campaign: Nullable(Text),
  source: Nullable(Text),
  medium: Nullable(Text),
  content: Nullable(Text),
  term: Nullable(Text),
})

const MeetingShape = Type.Object({
  id: Text,
  status: Text,
  name: Nullable(Text),
  start_at: Nullable(Time),
  end_at: Nullable(Time),
  timezone: Nullable(Text),
  location: Nullable(Location),
  join_url: Nullable(Text),
  cancel_url: Nullable(Text),
  reschedule_url: Nullable(Text),
  provider: Text,
  integration_id: Nullable(Text),
  source_account_uri: Nullable(Text),
  hosts: Type.Array(
    Type.Object({
      user_id: Nullable(Text),
      name: Nullable(Text),
      email: Nullable(Text),
      host_uri: Text,
    }),
  ),
  invitees: Type.Array(
    Type.Object({
      prospect_id: Nullable(Text),
      name: Nullable(Text),
      email: Nullable(Text),
      status: Text,
      no_show: Type.Boolean(),
    }),
  ),
  answers: Type.Array(
    Type.Object({ question: Text, answer: Text, position: Type.Optional(Type.Integer()) }),
  ),
  utm: Nullable(Utm),
  guests: Type.Array(Type.Object({ email: Text })),
  cancellation: Nullable(
    Type.Object({
      by: Nullable(Text),
      canceledBy: Nullable(Text),
      reason: Nullable(Text),
      at: Nullable(Text),
    }),
  ),
  created_at: Time,
  updated_at: Time,
})

/** Typed as the repository answers it: its lists are read-only. */
export const Meeting = Type.Unsafe<MeetingJson>(MeetingShape)

export const InboundEvent = Type.Object({
  id: Text,
  integration_id: Nullable(Text),
  provider: Text,
  source: Text,
  kind: Text,
  status: Text,
  reason: Nullable(Text),
  received_at: Time,
  started_at: Nullable(Time),
  processed_at: Nullable(Time),
  workflow_id: Nullable(Text),
  attempts: Type.Integer(),
})

export const ParkedItem = Type.Object({
  id: Text,
  event_id: Text,
  reason: Text,
  waits_for: Nullable(Text),
  integration_id: Text,
  created_at: Time,
})

/** The body of a request that says everything by its path; left out or `{}`. */
export const Nothing = Type.Optional(Nullable(Type.Object({}, { additionalProperties: false })))

export const OperationAnswer = Type.Object({
  operationId: Nullable(Text),
  attemptId: Nullable(Text),
  outcome: Nullable(Text),
  reason: Nullable(Text),
  nextStep: Nullable(Text),
  authorizeUrl: Type.Optional(Text),
})

const Standing = Type.Object({
  connected: Type.Boolean(),
  live: Type.Boolean(),
  needs_person: Type.Boolean(),
})

export const Organization = Type.Object({
  id: Text,
  name: Text,
  visibility: Text,
  settings: Type.Object({ calendly: Standing, calcom: Standing }),
})

export const Me = Type.Object({
  user_id: Text,
  organization_id: Text,
  role: Text,
  name: Nullable(Text),
  sees_all: Type.Boolean(),
})
