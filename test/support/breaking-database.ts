import type { Database } from '../../db/database.ts'

/** A database that loses its connection: `after` transactions go well, the next `times` fail. */
export function breaking(
  database: Database,
  { after, times }: { readonly after: number; readonly times: number },
): Database {
  let done = 0
  return {
    ...database,
    withTenant: async (organizationId, work) => {
      done += 1
      if (done > after && done <= after + times) throw new Error('the connection was lost')
      return database.withTenant(organizationId, work)
    },
  }
}
