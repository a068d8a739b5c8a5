import { Type } from 'typebox'
import { Id, Nullable, PageQuery, Text, Time } from './schemas.ts'

/** One of some words. */
export const OneOf = <const Words extends readonly string[]>(words: Words) =>
  Type.Unsafe<Words[number]>(Type.String({ enum: [...words] }))

const Email = Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 320 })
const Name = Type.String({ minLength: 1, maxLength: 200 })
export const Zone = Type.String({ minLength: 1, maxLength: 64, description: 'An IANA zone' })
const Reason = Type.String({ minLength: 1, maxLength: 500 })
/** The ledger is for good: an address of a person must not get there. */
const LedgerReason = Type.String({ minLength: 1, maxLength: 500, pattern: '^[^@]*$' })

export const Client = Type.Object({
  id: Text,
  email: Text,
  name: Nullable(Text),
  timezone: Nullable(Text),
  user_id: Nullable(Text),
  owner_user_id: Nullable(Text),
  created_at: Time,
  updated_at: Time,
})

export const ClientWish = Type.Object(
  {
    name: Type.Optional(Nullable(Name)),
    email: Email,
    timezone: Type.Optional(Nullable(Zone)),
    userId: Type.Optional(Nullable(Id)),
  },
  { additionalProperties: false },
)

export const ClientChange = Type.Object(
  {
    name: Type.Optional(Nullable(Name)),
    timezone: Type.Optional(Nullable(Zone)),
    userId: Type.Optional(Nullable(Id)),
  },
  { additionalProperties: false },
)

export const Package = Type.Object({
  id: Text,
  client_id: Text,
  host_user_id: Text,
  session_minutes: Type.Integer(),
  cut_off_hours: Type.Integer(),
  sessions_total: Type.Integer(),
  sessions_used: Type.Integer({ description: 'Credits held or spent' }),
  sessions_left: Type.Integer(),
  active: Type.Boolean({ description: 'Not expired, and a session left' }),
  expires_at: Time,
  created_at: Time,
  updated_at: Time,
})

export const PackageWish = Type.Object(
  {
    clientId: Id,
    hostUserId: Id,
    sessionsTotal: Type.Integer({ minimum: 1, maximum: 1_000 }),
    sessionMinutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
    cutOffHours: Type.Integer({ minimum: 0, maximum: 8_760 }),
    expiresAt: Time,
  },
  { additionalProperties: false },
)

export const Adjustment = Type.Object(
  { change: Type.Integer({ minimum: -1_000, maximum: 1_000 }), reason: LedgerReason },
  { additionalProperties: false },
)

export const CreditEntry = Type.Object({
  id: Text,
  kind: Text,
  left_change: Type.Integer(),
  held_change: Type.Integer(),
  spent_change: Type.Integer(),
  session_id: Nullable(Text),
  event_id: Nullable(Text),
  reason: Nullable(Text),
  actor_user_id: Nullable(Text),
  at: Time,
})

export const Session = Type.Object({
  id: Text,
  client_id: Text,
  package_id: Nullable(Text),
  host_user_id: Nullable(Text),
  series_id: Nullable(Text),
  provider: Nullable(Text),
  calcom_booking_id: Nullable(Text),
  title: Nullable(Text),
  meeting_link: Nullable(Text),
  timezone: Nullable(Text),
  start_at: Time,
  end_at: Time,
  status: Text,
  credit: Text,
  no_show: Type.Boolean(),
  moved_count: Type.Integer(),
  cancelled_at: Nullable(Time),
  cancelled_by: Nullable(Text),
  cancellation_reason: Nullable(Text),
  created_at: Time,
  updated_at: Time,
})

export const ClientQuery = Type.Object({
  ...PageQuery.properties,
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
})

export const OfClientQuery = Type.Object({
  ...PageQuery.properties,
  clientId: Type.Optional(Id),
})

export const SessionQuery = Type.Object({
  ...OfClientQuery.properties,
  seriesId: Type.Optional(Id),
  status: Type.Optional(OneOf(['scheduled', 'requested', 'cancelled', 'rejected'])),
})

export const CallOffWish = Type.Object(
  { reason: Type.Optional(Reason) },
  { additionalProperties: false },
)

export const CallOffRestWish = Type.Object(
  { reason: Type.Optional(Reason), fromSessionId: Type.Optional(Id) },
  { additionalProperties: false },
)
