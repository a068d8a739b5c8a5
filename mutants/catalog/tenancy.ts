import type { Mutant } from '../mutant.ts'

const TENANCY_TEST = 'test/db/tenancy.test.ts'

/** Mistakes by which one tenant could see another, or a stranger anybody. */
export const TENANCY: readonly Mutant[] = [
  {
    name: 'does not force row security on a table',
    file: 'db/migrations/0012-sessions-credits.ts',
    from: "${boundToTenant('credit_entry')}",
    to: "${boundToTenant('credit_entry')}\n  alter table credit_entry no force row level security;",
    test: {
      file: TENANCY_TEST,
      title: 'forces row security on every table, with a check on what is written',
    },
  },
  {
    name: 'has a policy that lets everybody read',
    file: 'db/migrations/0011-hook-tasks.ts',
    from: "${boundToTenant('hook_task')}",
    to: "${boundToTenant('hook_task')}\n  alter policy hook_task_of_tenant on hook_task using (true);",
    test: {
      file: TENANCY_TEST,
      title: 'shows and changes nothing of another tenant, in any table and any way',
    },
  },
  {
    name: 'sets the tenant for the session instead of the transaction',
    file: 'db/database.ts',
    from: "set_config('app.organization', ${organizationId}, true)",
    to: "set_config('app.organization', ${organizationId}, false)",
    test: { file: TENANCY_TEST, title: 'leaves nothing of a tenant behind on its connection' },
  },
  {
    name: 'lets a socket choose its rooms',
    file: 'api/realtime.ts',
    from: "    const asked: unknown = socket.handshake.auth['seq']",
    to: "    socket.on('join', (room: string) => void socket.join(room))\n    const asked: unknown = socket.handshake.auth['seq']",
    test: {
      file: 'test/api/realtime.test.ts',
      title: 'puts a socket into no room that it asks for',
    },
  },
  {
    name: 'takes a socket of any page',
    file: 'api/realtime.ts',
    from: 'decide(null, headers.origin === undefined || origins.has(headers.origin))',
    to: "decide(null, headers.origin !== 'null')",
    test: {
      file: 'test/api/realtime.test.ts',
      title: 'refuses a page of another origin, and takes one of the front end',
    },
  },
  {
    name: 'tells a socket what only a colleague may see',
    file: 'api/feed.ts',
    from: 'audience.some((userId) => isInRoom(`user:${userId}`))',
    to: 'audience.length > 0',
    test: {
      file: 'test/api/realtime.test.ts',
      title: 'tells nothing to a colleague who may not see it, nor to another organization',
    },
  },
  {
    name: 'remembers for a moment whose key it was',
    file: 'api/auth.ts',
    from: '    if (isApiKey(token)) return byApiKey(database, token)\n',
    to: `    const remembered = known.get(token)
    if (remembered !== undefined) return remembered.identity
    if (isApiKey(token)) {
      const found = await byApiKey(database, token)
      if (found !== undefined) known.set(token, { identity: found, until: 0 })
      return found
    }
`,
    test: {
      file: 'test/api/administration.test.ts',
      title: 'refuses a revoked key with the very next request, also in another process',
    },
  },
  {
    name: 'believes a token about the algorithm it is signed with',
    file: 'api/tokens.ts',
    from: "{ ...CHECKS, algorithms: ['HS256'] }",
    to: 'CHECKS',
    test: {
      file: 'test/api/rest.test.ts',
      title: 'refuses tokens of another key, another algorithm, and expired ones',
    },
  },
  {
    name: 'lets a key outlive the rights of its owner',
    file: 'db/api-keys.ts',
    from: "'u.role as ownerRole'",
    to: "'k.role as ownerRole'",
    test: {
      file: 'test/api/administration.test.ts',
      title: 'lets a key do what its owner may do now, and never more than it was made for',
    },
  },
]
