import { Type } from 'typebox'
import type { SeriesJson } from '../db/series-lists.ts'
import { FREQUENCIES, MOST_OCCURRENCES, WEEKDAYS } from '../domain/recurrence.ts'
import { Id, Nullable, Text, Time } from './schemas.ts'
import { OneOf, Session, Zone } from './session-schemas.ts'

const rule = {
  clientId: Id,
  packageId: Id,
  hostUserId: Id,
  durationMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_440 })),
  frequency: OneOf(FREQUENCIES),
  count: Type.Integer({ minimum: 1, maximum: MOST_OCCURRENCES }),
  weekday: Type.Optional(OneOf(WEEKDAYS)),
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
