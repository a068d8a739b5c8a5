import type { Health } from './integration-status.ts'
import {
  type CleanupFacts,
  type Job,
  type JobName,
  type JobResult,
  NOTHING_CLEANED,
  type OwnerState,
  type WantedFacts,
} from './owner-state.ts'

/** Spec section 4: a sealed credential outlives its disconnect by 72 hours at most. */
export const DEBT_LIFE = 72 * 60 * 60_000

/** The first step of cleaning up that is not done; after 72 hours the secrets go regardless. */
export function cleaning({ cleanup, facts }: OwnerState, now: number): Job | undefined {
  if (cleanup.secretsErased) return undefined
  if (now >= (cleanup.owingSince ?? now) + DEBT_LIFE) return { name: 'eraseSecrets' }
  // A person chose to forget: what could have paid is gone.
  if (cleanup.owing !== null && isPenniless(facts)) return { name: 'eraseSecrets' }
  if (!cleanup.hooksGone) return { name: 'removeHooks' }
  return { name: cleanup.tokensRevoked ? 'eraseSecrets' : 'revokeTokens' }
}

/** An owner woken after all was done: what its row says of the past stays as it is. */
export const isLongClosed = ({ facts: known }: OwnerState, facts: WantedFacts): boolean =>
  known === null &&
  facts.wanted === 'disconnected' &&
  facts.observedRevision === facts.wantedRevision &&
  facts.debt === null &&
  isPenniless(facts)

/** Cleaning that an earlier owner has done and told of. */
export const LONG_CLEANED: CleanupFacts = {
  hooksGone: true,
  tokensRevoked: true,
  secretsErased: true,
  owing: null,
  owingSince: null,
  told: true,
}

const isPenniless = (facts: WantedFacts | null): boolean =>
  facts !== null && facts.token === null && !facts.incoming && !facts.outgoing

/** Connected and disconnected again between two looks: a grant came that nothing was done about. */
export function begunAnew(cleanup: CleanupFacts, { incoming }: WantedFacts): CleanupFacts {
  if (!incoming) return cleanup
  const { secretsErased, owing: why, owingSince } = cleanup
  return secretsErased ? NOTHING_CLEANED : { ...NOTHING_CLEANED, owing: why, owingSince }
}

/** What is owed outlives an owner that was lost: its 72 hours began when the row says so. */
export function withDebt(cleanup: CleanupFacts, { wanted, debt }: WantedFacts): CleanupFacts {
  if (wanted !== 'disconnected' || debt == null || cleanup.secretsErased) return cleanup
  return {
    ...cleanup,
    owing: cleanup.owing ?? debt.why,
    owingSince: Math.min(cleanup.owingSince ?? debt.since, debt.since),
  }
}

/** Cleaning up after a failed try: the person is told, and the 72 hours run from the first. */
export const owing = (cleanup: CleanupFacts, why: string, now: number): CleanupFacts => ({
  ...cleanup,
  owing: why,
  owingSince: cleanup.owingSince ?? now,
})

/** Whether a job belongs to cleaning up after a disconnect. */
export const isCleaning = (name: JobName): boolean => CLEANED[name] !== undefined

/** Cleaning up after one of its steps is done. */
export function cleaned(
  cleanup: CleanupFacts,
  { job, result }: { job: Job; result: Extract<JobResult, { kind: 'done' }> },
): CleanupFacts {
  const isTooSoon = job.name === 'eraseSecrets' && !(cleanup.hooksGone && cleanup.tokensRevoked)
  const leftBehind = cleanup.leftBehind === true || result.leftBehind === true || isTooSoon
  return { ...cleanup, ...CLEANED[job.name], ...(leftBehind && { leftBehind }) }
}

const CLEANED: Readonly<Partial<Record<JobName, Partial<CleanupFacts>>>> = {
  removeHooks: { hooksGone: true },
  revokeTokens: { tokensRevoked: true },
  eraseSecrets: { secretsErased: true, owing: null },
}

/** How a disconnected integration is: clean, still owing, or with something left for good. */
export function healthAfterLeaving({
  owing: why,
  secretsErased,
  leftBehind,
}: CleanupFacts): Health {
  if (why !== null && !secretsErased)
    return {
      status: 'disconnected',
      reason: why,
      nextStep: 'We keep removing what is left at the provider for 72 hours.',
    }
  if (secretsErased && leftBehind === true)
    return {
      status: 'disconnected',
      reason: 'Something of ours may still stand at the provider, and we can no longer remove it.',
      nextStep: 'Remove our access in the settings of the account at the provider.',
    }
  return { status: 'disconnected', reason: null, nextStep: null }
}
