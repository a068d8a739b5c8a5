import type { Mutant } from '../mutant.ts'

const CALENDLY = 'providers/calendly/signature.ts'
const CALENDLY_TEST = 'test/providers/calendly/signature.test.ts'
const OUTAGE_TEST = 'test/api/ingress/outage.test.ts'

/** Mistakes at the webhook door: whom it lets in, and what it says before it is true. */
export const DOOR: readonly Mutant[] = [
  {
    name: 'takes a delivery without a signature',
    file: CALENDLY,
    from: "  if (typeof parsed === 'string') return",
    to: "  if (parsed === 'missing') return { ok: true, keyIndex: 0, t: null }\n  if (typeof parsed === 'string') return",
    test: { file: CALENDLY_TEST, title: 'refuses case 1: no header' },
  },
  {
    name: 'signs the text instead of the bytes',
    file: CALENDLY,
    from: '.update(rawBody).digest()',
    to: ".update(Buffer.from(rawBody).toString('utf8')).digest()",
    test: {
      file: CALENDLY_TEST,
      title: 'tells apart invalid bytes that decode to one text (case 49)',
    },
  },
  {
    name: 'takes a signature from the future',
    file: CALENDLY,
    from: 'Math.abs(age) > REPLAY_WINDOW_SECONDS',
    to: 'age > REPLAY_WINDOW_SECONDS',
    test: { file: CALENDLY_TEST, title: 'knows the window, case 37: signed in the future' },
  },
  {
    name: 'verifies with an empty key where there is none',
    file: 'providers/key-match.ts',
    from: "  const isEmpty = usable.every((key) => key === '')",
    to: "  if (keys.includes('') && signatures.some((given) => given.equals(digestWith('')))) return 0\n  const isEmpty = usable.every((key) => key === '')",
    test: { file: CALENDLY_TEST, title: 'never skips the check for want of a key (case 30)' },
  },
  {
    name: 'takes the words for no secret as a signature of Cal.com',
    file: 'providers/calcom/signature.ts',
    from: '  if (!/^[0-9a-f]{64}$/.test(header))',
    to: "  if (header === 'no-secret-provided') return { ok: true, keyIndex: 0, t: null }\n  if (!/^[0-9a-f]{64}$/.test(header))",
    test: {
      file: 'test/providers/calcom/signature.test.ts',
      title: 'refuses the words for no secret',
    },
  },
  {
    name: 'answers before the delivery is committed',
    file: 'api/ingress/receiver.ts',
    from: `      const stored = await commits
        .add({ ...toKeep, claimed: reservation !== undefined })
        .catch((error: unknown) => {
          reservation?.release()
          throw error
        })`,
    to: `      const commit = commits.add({ ...toKeep, claimed: reservation !== undefined })
      void commit.catch(() => reservation?.release())
      const stored = { outcome: 'retired' } as StoreAnswer`,
    test: {
      file: OUTAGE_TEST,
      title: 'case 90: answers 503 within two seconds while the pool hangs behind a lock',
    },
  },
  {
    name: 'answers 200 to what could not be stored',
    file: 'api/ingress/webhooks.ts',
    from: '.code(503)',
    to: '.code(200)',
    test: {
      file: OUTAGE_TEST,
      title:
        'case 90: answers 503 with a time to come back while PostgreSQL is away, then takes the retry',
    },
  },
  {
    name: 'acts on a payload of another account than the endpoint’s',
    file: 'api/ingress/store-delivery.ts',
    from: "    return 'accountMismatch'",
    to: '    return undefined',
    test: {
      file: 'test/api/ingress/replays.test.ts',
      title: 'cases 77 and 78: sets aside a payload of an account that is not the endpoint’s',
    },
  },
  {
    name: 'writes the headers of a delivery into the log',
    file: 'api/ingress/webhooks.ts',
    from: "log.info(ids, 'verified and stored')",
    to: "log.info({ ...ids, headers: reply.request.headers }, 'verified and stored')",
    test: {
      file: 'test/api/ingress/replays.test.ts',
      title: 'case 42: stores fifty parallel copies once',
    },
  },
]
