import { Type } from 'typebox'
import { Nullable, Text, Time } from './schemas.ts'

export const Debt = Type.Object({
  id: Text,
  integration_id: Text,
  kind: Text,
  remote_uri: Nullable(Text),
  attempts: Type.Integer(),
  last_error: Nullable(Text),
  created_at: Time,
  expires_at: Time,
})

/** The answer to "why?". */
export const Explanation = Type.Object({
  id: Text,
  status: Text,
  /** The first sentence is the most pressing cause and what to do. */
  summary: Text,
  findings: Type.Array(
    Type.Object({ code: Text, cause: Text, next_step: Text, detail: Nullable(Text) }),
  ),
  owner: Text,
  next_due: Nullable(Type.Object({ what: Text, at: Text })),
  wanted: Nullable(Text),
  wanted_revision: Nullable(Type.Integer()),
  observed_revision: Nullable(Type.Integer()),
  hook: Nullable(
    Type.Object({
      state: Text,
      remoteUri: Nullable(Text),
      callbackUrl: Nullable(Text),
      checkedAt: Nullable(Text),
      retrying: Type.Boolean(),
      refusal: Nullable(Text),
    }),
  ),
  token: Nullable(
    Type.Object({
      generation: Type.Integer(),
      issued_at: Nullable(Text),
      expires_at: Nullable(Text),
      dead: Nullable(Text),
    }),
  ),
  trouble: Nullable(Text),
  decisions: Type.Array(Type.Object({ at: Nullable(Text), did: Text, found: Text })),
  debts: Type.Array(Debt),
  /** Authentic deliveries that came after the disconnect: answered, and dropped. */
  dropped_late: Type.Integer(),
  workflow_id: Text,
  workflow_url: Nullable(Text),
})
