import type { Faults } from '../faults.ts'
import type { ReadSwitch } from '../switches.ts'
import { createSwitchReader, switchKinds } from '../switches.ts'

/** Where the vendor's papers are silent or disagree, the sandbox can be told what to be. */
export interface CalendlySwitches {
  /** Calls per minute and user: by plan (500 paid, 50 free), a number, or no limit. */
  requestLimit: number | 'plan' | 'off'
  /** Token calls per minute and user. */
  tokenLimit: number | 'off'
  /** What a second use of a refresh token does: strict, revoke_family, grace:N or reusable. */
  tokenMode: string
  invalidGrantStatus: number
  accessTokenSeconds: number
  uniqueUrls: 'global' | 'organization'
  deleteHooksOnRevoke: boolean
  appKeySigns: boolean
  /** `local` takes any callback, `http` refuses localhost, `https` also refuses http. */
  callbacks: 'local' | 'http' | 'https'
  requirePkce: boolean
  /** Old apps: every token has the scope `default`, which may do everything. */
  legacyScopes: boolean
  /** Before 2026-11-03 hooks needed a paid plan; the value picks one of the two older messages. */
  legacyPlans: 'off' | 'standard' | 'professional'
  /** The mark of the last retry run stays after it ended well. */
  keepRetryMark: boolean
  /** Every attempt is signed with its own second. */
  restampT: boolean
  firstRetrySeconds: number
}

const DEFAULTS: CalendlySwitches = {
  requestLimit: 'plan',
  tokenLimit: 8,
  tokenMode: 'strict',
  invalidGrantStatus: 400,
  accessTokenSeconds: 7200,
  uniqueUrls: 'global',
  deleteHooksOnRevoke: false,
  appKeySigns: false,
  callbacks: 'local',
  requirePkce: false,
  legacyScopes: false,
  legacyPlans: 'off',
  keepRetryMark: true,
  restampT: true,
  firstRetrySeconds: 5,
}

/** The kinds of fault that set a switch for as long as they live. */
export const SWITCH_KINDS: readonly string[] = switchKinds(DEFAULTS)

/** Reads switches: a fault of that name wins over the start options, which win over the default. */
export function createSwitches(
  given: Partial<CalendlySwitches>,
  faults: Faults,
): ReadSwitch<CalendlySwitches> {
  return createSwitchReader('calendly', { ...DEFAULTS, ...given }, faults)
}
