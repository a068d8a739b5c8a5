import type { Words } from './en.ts'

/** How an attempt is told: a provider that takes a key has no window and nobody to ask for consent. */
export function attemptWords({ attempt, calcom }: Words, provider: string): Words['attempt'] {
  if (provider !== 'calcom') return attempt
  return {
    ...attempt,
    consentButton: calcom.newKey,
    progress: { ...attempt.progress, ...calcom.attempt.progress },
    outcome: { ...attempt.outcome, ...calcom.attempt.outcome },
  }
}
