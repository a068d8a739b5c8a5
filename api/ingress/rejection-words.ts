/** What a reason of refusal means to an admin. */
interface RejectionWords {
  /** Authentic or our fault: somebody has to look. Everybody on the internet can cause the rest. */
  readonly isAlarm: boolean
  readonly meaning: string
}

const WORDS: Readonly<Record<string, RejectionWords>> = {
  stale: {
    isAlarm: true,
    meaning:
      'Signed with a right key, but more than three minutes ago or ahead. Compare the clock of this machine; if it is right, somebody repeats old deliveries.',
  },
  noKey: {
    isAlarm: true,
    meaning:
      'There is no key to verify with. Reconnect the integration, so that it gets a new one.',
  },
  mismatch: {
    isAlarm: false,
    meaning:
      'Signed with no key of this integration. A few are forgeries; if bookings are missing, reconnect to exchange the key.',
  },
  missing: { isAlarm: false, meaning: 'No signature: not sent by the provider.' },
  malformed: { isAlarm: false, meaning: 'The signature has no form that the provider uses.' },
  tooLong: { isAlarm: false, meaning: 'The signature is longer than any honest one.' },
  contentType: { isAlarm: false, meaning: 'The body is not plain JSON: not sent by the provider.' },
  tooLarge: { isAlarm: false, meaning: 'The body is larger than any delivery of the provider.' },
  header: { isAlarm: false, meaning: 'More headers than any honest request has.' },
  framing: { isAlarm: false, meaning: 'The request contradicts itself.' },
}

/** The meaning of a reason, and whether an admin must be alarmed. */
export const wordsForRejection = (reason: string): RejectionWords =>
  WORDS[reason] ?? { isAlarm: false, meaning: 'Refused before it was looked at any closer.' }
