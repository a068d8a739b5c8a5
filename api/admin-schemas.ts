import { Type } from 'typebox'
import { REPLAYABLE, REPLAYED_AT_ONCE } from './replayable.ts'
import { Id, Nullable, Text, Time } from './schemas.ts'

const OneOfRoles = Type.Union([
  Type.Literal('admin'),
  Type.Literal('member'),
  Type.Literal('client'),
])

export const ApiKeyWish = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 100 }), role: OneOfRoles },
  { additionalProperties: false },
)

/** `effective_role` is what it may do now: its owner may have become less than the key was. */
export const ApiKey = Type.Object({
  id: Text,
  name: Text,
  prefix: Text,
  role: OneOfRoles,
  effective_role: OneOfRoles,
  user_id: Text,
  created_at: Time,
  last_used_at: Nullable(Time),
  revoked_at: Nullable(Time),
})

/** `key` is told to who made it, once; null to who repeats the request. */
export const NewApiKey = Type.Object({
  id: Text,
  name: Text,
  prefix: Text,
  role: OneOfRoles,
  key: Nullable(Text),
})

/** What was erased, in numbers; `kept` are lines of the audit or ledger that nobody can change. */
export const Erasure = Type.Object({
  prospects: Type.Integer(),
  meetings: Type.Integer(),
  clients: Type.Integer(),
  sessions: Type.Integer(),
  events: Type.Integer(),
  traces: Type.Integer(),
  kept: Type.Integer(),
})

export const AuditEntry = Type.Object({
  id: Text,
  at: Time,
  actor_user_id: Nullable(Text),
  action: Text,
  subject: Text,
  detail: Type.Array(Type.Object({ name: Text, value: Text })),
})

/** What a replay has begun, or, as a dry run, what it would change. */
export const ReplayAnswer = Type.Object({
  event_id: Text,
  dry_run: Type.Boolean(),
  status: Text,
  reason: Nullable(Text),
  changes: Type.Array(Type.Object({ event: Text, id: Nullable(Text), fields: Type.Array(Text) })),
})

/** Events to replay: some by their ids, or what came in a window, a page at a time. */
export const ReplayWish = Type.Object(
  {
    event_ids: Type.Optional(
      Type.Array(Id, { minItems: 1, maxItems: REPLAYED_AT_ONCE, uniqueItems: true }),
    ),
    window: Type.Optional(
      Type.Object(
        {
          from: Time,
          to: Time,
          integration_id: Type.Optional(Id),
          status: Type.Optional(Type.Union(REPLAYABLE.map((status) => Type.Literal(status)))),
          cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
        },
        { additionalProperties: false },
      ),
    ),
    dry_run: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

/** What became of each, oldest first; a window goes on at `next_cursor`. */
export const ReplayedMany = Type.Object({
  dry_run: Type.Boolean(),
  items: Type.Array(ReplayAnswer),
  next_cursor: Nullable(Text),
})

/** What was refused at the endpoints of one integration; `is_alarm` asks for a person. */
export const RefusedDeliveries = Type.Object({
  integration_id: Text,
  provider: Text,
  refused: Type.Array(
    Type.Object({
      reason: Text,
      count: Type.Integer(),
      is_alarm: Type.Boolean(),
      meaning: Text,
    }),
  ),
})
