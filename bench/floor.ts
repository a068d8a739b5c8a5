import pg from 'pg'
import type { Stack } from '../dev/stack.ts'
import type { BenchChild } from './child.ts'
import type { Target } from './load/jobs.ts'
import type { Side } from './side.ts'

/** What the product is compared with. */
export type FloorName = 'plain-handler' | 'one-statement-handler' | 'bare-workflow'

/** What a floor is made of: the product's own servers, and its key and account. */
export interface FloorParts {
  readonly name: FloorName
  readonly stack: Stack
  readonly likeTarget: Target
}

/** Promises a floor in a database of its own in the same cluster. */
export async function openFloor(
  { name, stack, likeTarget }: FloorParts,
  start: (env: Record<string, string>) => Promise<BenchChild>,
): Promise<Side> {
  const databaseUrl = await createDatabase(stack.urls.database.owner ?? '', name)
  const endpoint = likeTarget.path.split('/').at(-1) ?? ''
  const { hello } = await start({
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: stack.urls.temporal,
    ENDPOINT: endpoint,
    SIGNING_KEY: likeTarget.signingKey,
  })
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  const count = async (table: string): Promise<number> =>
    (await pool.query(`select count(*)::int as count from ${table}`)).rows[0]?.count
  return {
    target: { ...likeTarget, port: hello.port ?? 0, path: `/webhooks/${endpoint}` },
    watch: { by: 'notify', databaseUrl, channel: 'seen' },
    counts: async () => {
      const [prospects, meetings] = [await count('prospect'), await count('meeting')]
      return { stored: prospects, processed: prospects, prospects, meetings }
    },
    open: async (expected) => expected - (await count('prospect')),
    close: () => pool.end(),
  }
}

async function createDatabase(ownerUrl: string, name: string): Promise<string> {
  const client = new pg.Client(ownerUrl)
  await client.connect()
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  return new URL(`/${name}`, ownerUrl).href
}
