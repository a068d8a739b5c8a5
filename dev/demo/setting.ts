import { randomBytes } from 'node:crypto'
import type { TokenClaims } from '../token.ts'
import type { Rest } from './rest.ts'
import type { SandboxControl } from './sandbox-control.ts'
import { createSandboxControl } from './sandbox-control.ts'
import type { System } from './system.ts'

/** A user of ours and their account at the provider. */
export interface Account {
  /** The account's address at the provider. */
  readonly email: string
  readonly token: string
  readonly rest: Rest
  readonly integrationId: string
}

/** Where and how one run happens. */
export interface Setting {
  readonly system: System
  readonly control: SandboxControl
  /** How long to wait for what does not come. */
  readonly patienceMs: number
  /** The same on a system that looks at its hooks every few seconds; started when first asked. */
  readonly lookingOften: () => Promise<Setting>
  /** A text that no other run and no other call was given. */
  readonly unique: (start: string) => string
  /** Every account that the run has connected so far. */
  readonly accounts: Account[]
  /** A bearer token for a fresh user of the organization that the start makes, unless told. */
  readonly token: (claims: Partial<TokenClaims>) => Promise<string>
}

/** The setting of one run; without a way to start another system, it makes do with this one. */
export function createSetting(
  system: System,
  patienceMs: number,
  startOften: () => Promise<System> = () => Promise.resolve(system),
): Setting {
  const run = randomBytes(4).toString('hex')
  let count = 0
  const unique = (start: string): string => {
    count += 1
    return `${start}-${run}-${count}`
  }
  return {
    system,
    lookingOften: async () => createSetting(await startOften(), patienceMs),
    patienceMs,
    unique,
    accounts: [],
    control: createSandboxControl(system.sandbox),
    token: (claims) =>
      // A member sees what is theirs: whoever else uses the organization disturbs no count.
      system.token({ sub: unique('demo-user'), org: 'demo', role: 'member', ...claims }),
  }
}
