import type pg from 'pg'

/** Promises the SHA-256 of every body that came in by a webhook, whoever it belongs to. */
export async function storedBodies(owner: Pick<pg.Pool, 'query'>): Promise<readonly string[]> {
  const { rows } = await owner.query<{ sha: string }>(
    `select encode(sha256(body), 'hex') as sha from inbound_event where source = 'webhook'
     union all select encode(sha256(body), 'hex') from unrouted_delivery`,
  )
  return rows.map(({ sha }) => sha)
}
