import { Type } from 'typebox'
import { Nullable, Text } from './schemas.ts'

/** A hook at the provider, and what it is to us. */
const Hook = Type.Object({
  uri: Text,
  callback_url: Text,
  scope: Text,
  events: Type.Array(Text),
  whose: Type.Union([
    Type.Literal('ours'),
    Type.Literal('ours, old base'),
    Type.Literal('foreign'),
  ]),
  state: Type.Union([Type.Literal('active'), Type.Literal('retrying'), Type.Literal('disabled')]),
  use: Nullable(
    Type.Union([Type.Literal('live'), Type.Literal('elsewhere'), Type.Literal('stray')]),
  ),
})

export const HookList = Type.Object({ items: Type.Array(Hook) })

/** What was removed; null while the provider has not answered yet. */
export const HookSweepAnswer = Type.Object({ removed: Nullable(Type.Array(Hook)) })
