import { DOOR } from './catalog/door.ts'
import { GRANTS } from './catalog/grants.ts'
import { HOOKS } from './catalog/hooks.ts'
import { LEDGERS } from './catalog/ledgers.ts'
import { RECORDS } from './catalog/records.ts'
import { SECRETS } from './catalog/secrets.ts'
import { TENANCY } from './catalog/tenancy.ts'
import type { Mutant } from './mutant.ts'

export { NO_OPS } from './catalog/no-ops.ts'

/** Every mistake that the tests must notice. */
export const MUTANTS: readonly Mutant[] = [
  ...DOOR,
  ...RECORDS,
  ...TENANCY,
  ...SECRETS,
  ...GRANTS,
  ...HOOKS,
  ...LEDGERS,
]
