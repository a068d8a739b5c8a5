import { connectAccount } from './account.ts'
import type { Coach } from './coach.ts'
import { connectCoach } from './coach.ts'
import type { Account, Setting } from './setting.ts'

/** What every step works with. */
export interface World extends Setting {
  /** An account that is connected and live: the one of an earlier step, or a fresh one. */
  readonly connected: () => Promise<Account>
  /** One that no other step knows. */
  readonly fresh: () => Promise<Account>
  /** Lets the steps that follow use this account. */
  readonly keep: (account: Account) => void
  /** A coach whose Cal.com is connected, with a client who has credits: kept like the account. */
  readonly coached: () => Promise<Coach>
  readonly keepCoach: (coach: Coach) => void
  /** A step that failed leaves nothing to build on: the next starts with an account of its own. */
  readonly forget: () => void
}

/** The world of one run. */
export function createWorld(setting: Setting): World {
  let account: Account | undefined
  let coach: Coach | undefined
  const fresh = async (): Promise<Account> => {
    const made = await connectAccount(setting)
    if (made.outcome !== 'live')
      throw new Error(`no account to go on with: connect was ${made.outcome}`)
    return made.account
  }
  return {
    ...setting,
    fresh,
    connected: async () => (account ??= await fresh()),
    coached: async () => (coach ??= await connectCoach(setting)),
    keep(kept) {
      account = kept
    },
    keepCoach(kept) {
      coach = kept
    },
    forget() {
      account = undefined
      coach = undefined
    },
  }
}
