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

/** A process that stops dead, or for a while, before its `after`-th next transaction begins. */
export interface Frozen {
  readonly database: Database
  /** It has come that far. */
  readonly reached: Promise<void>
  /** Lets it go on, as if it had only been stopped. */
  readonly thaw: () => void
}

/** A database that a process reaches no more once `after` transactions are done. */
export function freezing(database: Database, { after }: { readonly after: number }): Frozen {
  const [reached, thawed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let done = 0
  return {
    reached: reached.promise,
    thaw: () => thawed.resolve(),
    database: {
      ...database,
      withTenant: async (organizationId, work) => {
        done += 1
        if (done > after) {
          reached.resolve()
          await thawed.promise
        }
        return database.withTenant(organizationId, work)
      },
    },
  }
}
