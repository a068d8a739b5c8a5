import type { Mutant } from '../mutant.ts'

/** Mistakes by which a secret could be used elsewhere, be read, or outlive its use. */
export const SECRETS: readonly Mutant[] = [
  {
    name: 'seals without binding to the place (no additional data)',
    file: 'db/sealing.ts',
    from: `  const { organizationId, row, field, generation } = place
  const parts = [FORMAT, keyId, organizationId, row, field, String(generation)]`,
    to: '  const parts = [FORMAT, keyId, place.field]',
    test: { file: 'test/db/sealing.test.ts', title: 'refuses a value moved to any other place' },
  },
  {
    name: 'binds to places that only join to the same text',
    file: 'db/sealing.ts',
    from: '      return [length, bytes]',
    to: '      return [length.subarray(4), bytes]',
    test: {
      file: 'test/db/sealing.test.ts',
      title: 'tells places apart whose parts only join to the same text',
    },
  },
  {
    name: 'keeps the sealed tokens after a disconnect',
    file: 'db/credential-roles.ts',
    from: "    .deleteFrom('credential')\n",
    to: "    .updateTable('credential')\n    .set({ role: 'superseded' })\n",
    test: {
      file: 'test/activities/credentials-given-back.test.ts',
      title: 'destroys every sealed token and code, and never gives a number again',
    },
  },
  {
    name: 'keeps the key of an endpoint for ever',
    file: 'db/migrations/0009-debts.ts',
    from: "(coalesce(s.retired_at, s.deleted_at) <= now() - interval '48 hours'",
    to: "(coalesce(s.retired_at, s.deleted_at) <= now() - interval '48 years'",
    test: {
      file: 'test/db/debts.test.ts',
      title: 'are destroyed 48 hours after their generation has ended, and no earlier',
    },
  },
  {
    name: 'writes a token into the log',
    file: 'api/log.ts',
    from: "const REDACTED = ['token', ",
    to: 'const REDACTED = [',
    test: { file: 'test/api/log.test.ts', title: 'hides what is logged under a secret’s name' },
  },
  {
    name: 'writes what PostgreSQL quotes into the log',
    file: 'api/log.ts',
    from: '...(isSql ? { table, constraint } : { message, stack }),',
    to: '...(isSql ? { table, constraint, message } : { message, stack }),',
    test: {
      file: 'test/api/log.test.ts',
      title: 'leaves out the words of PostgreSQL, which quote values',
    },
  },
  {
    name: 'lets the text of any error into a history',
    file: 'worker/safe-failures.ts',
    from: '`${info.activityType} failed: ${id}`',
    to: '`${info.activityType} failed: ${id} ${String(error)}`',
    test: {
      file: 'test/worker/safe-failures.test.ts',
      title: 'keeps the text of an unknown error out of the history, and leaves an id',
    },
  },
]
