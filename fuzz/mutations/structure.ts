import { restructured } from '../restructured.ts'
import { over } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const reordered = (body: Buffer): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(JSON.parse(body.toString()) as object).toReversed()),
  )

/** What can be wrong with the JSON of a body under a signature that was right for another. */
export const STRUCTURE_MUTATIONS: Readonly<Record<string, Mutation>> = {
  restructured: (honest, random) => over(honest, restructured(honest.body, random)),
  spacedOut: (honest) =>
    over(honest, Buffer.from(JSON.stringify(JSON.parse(honest.body.toString()), null, 1))),
  reordered: (honest) => over(honest, Buffer.from(reordered(honest.body))),
  escapedOtherwise: (honest, random) =>
    over(
      honest,
      Buffer.from(
        random.one([
          honest.body.toString().replace('ë', '\\u00eb'),
          honest.body.toString().replaceAll('https://', 'https:\\/\\/'),
        ]),
      ),
    ),
  otherEvent: (honest) =>
    over(
      honest,
      Buffer.from(honest.body.toString().replace('invitee.created', 'invitee.canceled')),
    ),
  otherPerson: (honest) =>
    over(honest, Buffer.from(honest.body.toString().replace('@prospect.test', '@mallory.test'))),
}
