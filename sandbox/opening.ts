import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { Store } from './store.ts'
import type { Traffic } from './traffic.ts'

/** What every provider of the sandbox is opened with: the parts they share, and its own options. */
export interface Opening<Options> {
  store: Store
  clock: Clock
  faults: Faults
  ledger: Ledger
  traffic: Traffic
  address: { site: string }
  options: Options
}
