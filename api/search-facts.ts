import type { SearchAttributePair } from '@temporalio/common'
import { RV_INTEGRATION, RV_PROVIDER } from '../workflows/contract.ts'
import type { Facts } from './event-starts.ts'

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
    ...(facts === undefined ? [] : [{ key: RV_PROVIDER, value: facts.provider }]),
    ...(facts?.integrationId === undefined
      ? []
      : [{ key: RV_INTEGRATION, value: facts.integrationId }]),
  ],
})

/** The same start for a cluster that knows none of our attributes. */
export const withoutFacts = <Options extends Searchable>(options: Options): Options => ({
  ...options,
  typedSearchAttributes: [],
})
