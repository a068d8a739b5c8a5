import { randomBytes } from 'node:crypto'
import type { TokenClaims } from '../token.ts'
import type { Account } from './account.ts'
import { connectAccount } from './account.ts'
import type { SandboxControl } from './sandbox-control.ts'
import { createSandboxControl } from './sandbox-control.ts'
import type { System } from './system.ts'

/** What every step works with. */
export interface World {
  readonly system: System
  readonly control: SandboxControl
  /** How long to wait for what does not come. */
  readonly patienceMs: number
  /** A text that no other run and no other call was given. */
  readonly unique: (start: string) => string
  readonly token: (claims: Partial<TokenClaims>) => Promise<string>
  /** An account that is connected and live: the one of an earlier step, or a fresh one. */
  readonly connected: () => Promise<Account>
  /** Lets the steps that follow use this account. */
  readonly keep: (account: Account) => void
  /** A step that failed leaves nothing to build on: the next starts with an account of its own. */
  readonly forget: () => void
}

/** The world of one run. */
export function createWorld(system: System, patienceMs: number): World {
  const run = randomBytes(4).toString('hex')
  let count = 0
  let account: Account | undefined
  const world: World = {
    system,
    patienceMs,
    control: createSandboxControl(system.sandbox),
    unique(start) {
      count += 1
      return `${start}-${run}-${count}`
    },
    token: (claims) =>
      system.token({ sub: world.unique('demo-user'), org: 'demo', role: 'member', ...claims }),
    async connected() {
      if (account !== undefined) return account
      const { account: fresh, outcome } = await connectAccount(world)
      if (outcome !== 'live') throw new Error(`no account to go on with: connect was ${outcome}`)
      account = fresh
      return fresh
    },
    keep(fresh) {
      account = fresh
    },
    forget() {
      account = undefined
    },
  }
  return world
}
