import { defineSearchAttributeKey } from '@temporalio/common'
import type { SearchAttributePair } from '@temporalio/common'
import type { Facts } from './event-starts.ts'

const PROVIDER = defineSearchAttributeKey('RvProvider', 'KEYWORD')
const INTEGRATION = defineSearchAttributeKey('RvIntegration', 'KEYWORD')

/** The options of a start as far as search is concerned. */
interface Searchable {
  typedSearchAttributes?: SearchAttributePair[]
}

/** Adds what only the caller knows to what the contract says of every start. */
export const withFacts = <Options extends Searchable>(
  options: Options,
  facts?: Facts,
): Options => ({
  ...options,
  typedSearchAttributes: [
    ...(options.typedSearchAttributes ?? []),
    ...(facts === undefined ? [] : [{ key: PROVIDER, value: facts.provider }]),
    ...(facts?.integrationId === undefined
      ? []
      : [{ key: INTEGRATION, value: facts.integrationId }]),
  ],
})

/** The same start for a cluster that knows none of our attributes. */
export const withoutFacts = <Options extends Searchable>(options: Options): Options => ({
  ...options,
  typedSearchAttributes: [],
})
