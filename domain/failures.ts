/**
 * The failures that have a name: no retry can fix them, and a workflow takes exactly one path for
 * each. The text lives in recorded histories, so a name is never changed and never interpolated.
 */
export const FAILURE_TYPES = [
  /** Tokens or code are dead: the integration needs a person to reconnect it. */
  'GrantRevoked',
  /** Our request is wrong for this account: recorded, told to the owner, and life goes on. */
  'ProviderRejected',
  /** No such client, no package: the event is parked with its reason. */
  'Unmatched',
  /** A key or setting is missing on our side: an alert, then waiting for a signal to resume. */
  'NotConfigured',
] as const

/** One of FAILURE_TYPES. */
export type FailureType = (typeof FAILURE_TYPES)[number]

/** Whether a text found in a history or an answer is the name of one of our failures. */
export const isFailureType = (text: unknown): text is FailureType =>
  FAILURE_TYPES.some((name) => name === text)
