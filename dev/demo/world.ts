import { connectAccount } from './account.ts'
import type { Account, Setting } from './setting.ts'

/** What every step works with. */
export interface World extends Setting {
  /** An account that is connected and live: the one of an earlier step, or a fresh one. */
  readonly connected: () => Promise<Account>
  /** Lets the steps that follow use this account. */
  readonly keep: (account: Account) => void
  /** A step that failed leaves nothing to build on: the next starts with an account of its own. */
  readonly forget: () => void
}

/** The world of one run. */
export function createWorld(setting: Setting): World {
  let account: Account | undefined
  return {
    ...setting,
    async connected() {
      if (account !== undefined) return account
      const { account: fresh, outcome } = await connectAccount(setting)
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
}
