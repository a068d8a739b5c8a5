import { Type } from 'typebox'
import type { SeriesJson } from '../db/series-lists.ts'
import { FREQUENCIES, MOST_OCCURRENCES, WEEKDAYS } from '../domain/recurrence.ts'
import { Id, Nullable, PageQuery, Text, Time } from './schemas.ts'

const oneOf = <const Words extends readonly string[]>(words: Words) =>
  Type.Unsafe<Words[number]>(Type.String({ enum: [...words] }))

const Email = Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 320 })
const Name = Type.String({ minLength: 1, maxLength: 200 })
const Zone = Type.String({ minLength: 1, maxLength: 64, description: 'An IANA zone' })
const Reason = Type.String({ minLength: 1, maxLength: 500 })

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
  { change: Type.Integer({ minimum: -1_000, maximum: 1_000 }), reason: Reason },
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
  status: Type.Optional(oneOf(['scheduled', 'requested', 'cancelled', 'rejected'])),
})

export const CallOffWish = Type.Object(
  { reason: Type.Optional(Reason) },
  { additionalProperties: false },
)

export const CallOffRestWish = Type.Object(
  { reason: Type.Optional(Reason), fromSessionId: Type.Optional(Id) },
  { additionalProperties: false },
)

const rule = {
  clientId: Id,
  packageId: Id,
  hostUserId: Id,
  durationMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_440 })),
  frequency: oneOf(FREQUENCIES),
  count: Type.Integer({ minimum: 1, maximum: MOST_OCCURRENCES }),
  weekday: Type.Optional(oneOf(WEEKDAYS)),
  dayOfMonth: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 31, description: 'Only with `monthly`' }),
  ),
  time: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
  timezone: Zone,
  startDate: Type.String({ format: 'date' }),
}

export const PreviewWish = Type.Object(
  { ...rule, idempotencyKey: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false },
)

export const SeriesWish = Type.Object(
  { ...rule, idempotencyKey: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)

const PreviewDate = Type.Object({
  start_at: Time,
  end_at: Time,
  local_start: Text,
  offset: Text,
  notes: Type.Array(Type.Object({ kind: Text, text: Text })),
})

export const Preview = Type.Object({
  dates: Type.Array(PreviewDate),
  duration_minutes: Type.Integer(),
  credits_needed: Type.Integer(),
  credits_left: Type.Integer(),
  can_be_paid: Type.Boolean(),
  refusal: Nullable(Text),
  notice: Text,
})

const Rule = Type.Object({
  frequency: Text,
  count: Type.Integer(),
  weekday: Nullable(Text),
  day_of_month: Nullable(Type.Integer()),
  time: Text,
  timezone: Text,
  start_date: Text,
  duration_minutes: Type.Integer(),
})

export const Series = Type.Object({
  id: Text,
  client_id: Text,
  package_id: Text,
  host_user_id: Text,
  created_by: Text,
  status: Text,
  reason: Nullable(Text),
  rule: Rule,
  sessions_scheduled: Type.Integer(),
  sessions_cancelled: Type.Integer(),
  created_at: Time,
  finished_at: Nullable(Time),
})

/** A series as REST tells it. */
export const seriesOf = ({ rule, ...series }: SeriesJson) => ({
  ...series,
  rule: {
    frequency: rule.frequency,
    count: rule.count,
    weekday: 'weekday' in rule.on ? rule.on.weekday : null,
    day_of_month: 'dayOfMonth' in rule.on ? rule.on.dayOfMonth : null,
    time: rule.time,
    timezone: rule.timezone,
    start_date: rule.startDate,
    duration_minutes: rule.durationMinutes,
  },
})

export const SeriesAnswer = Type.Object({ series: Series, sessions: Type.Array(Session) })
