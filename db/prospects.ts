import { sql } from 'kysely'
import { type ProspectJson, prospectJson } from './prospect-json.ts'
import { anywhere, pageOf } from './page.ts'
import type { TenantTx, Viewer } from './tenant.ts'

export type { ProspectJson } from './prospect-json.ts'

interface ProspectQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  /** Part of a name or e-mail. */
  readonly q?: string | undefined
}

/** A page of the prospects that the viewer may see, newest first. */
export async function listProspects(
  tx: TenantTx,
  viewer: Viewer,
  { cursor, limit, q }: ProspectQuery,
): Promise<{ items: ProspectJson[]; nextCursor: string | null }> {
  const like = anywhere(q ?? '')
  const rows = await seen(tx, viewer)
    .$if(q !== undefined && q !== '', (query) =>
      query.where((is) => is.or([is('name', 'ilike', like), is('email', 'ilike', like)])),
    )
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, jsonOf)
}

/** One prospect, unless it is nobody's or not for this viewer. */
export async function readProspect(
  tx: TenantTx,
  viewer: Viewer,
  id: string,
): Promise<ProspectJson | undefined> {
  const row = await seen(tx, viewer).where('id', '=', id).executeTakeFirst()
  return row && jsonOf(row)
}

/** Gives a prospect to somebody by hand; no later booking takes it away. */
export async function setProspectOwner(
  tx: TenantTx,
  { id, ownerUserId }: { readonly id: string; readonly ownerUserId: string | null },
): Promise<ProspectJson | undefined> {
  const { trx, organizationId } = tx
  const was = await trx
    .selectFrom('prospect')
    .select('owner_user_id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (was === undefined) return undefined
  const row = await trx
    .updateTable('prospect')
    .set({ owner_user_id: ownerUserId, owner_fixed: true, updated_at: sql<Date>`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
  const json = jsonOf(row)
  const watchers = [was.owner_user_id, ownerUserId].filter((user) => user !== null)
  tx.emit('prospect:updated', json, watchers)
  return json
}

const COLUMNS = [
  'id',
  'email',
  'name',
  'first_name',
  'last_name',
  'timezone',
  'source',
  'owner_user_id',
  'created_at',
  'updated_at',
] as const

const seen = ({ trx, organizationId }: TenantTx, viewer: Viewer) =>
  trx
    .selectFrom('prospect')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .$if(!viewer.seesAll, (query) =>
      query.where(sql<boolean>`(owner_user_id = ${viewer.userId} or exists (
        select from meeting_invitee i join meeting_host h
          on h.organization_id = i.organization_id and h.meeting_id = i.meeting_id
        where i.organization_id = prospect.organization_id and i.prospect_id = prospect.id
          and h.user_id = ${viewer.userId}))`),
    )

type Row = Omit<ProspectJson, 'created_at' | 'updated_at'> & {
  readonly created_at: Date
  readonly updated_at: Date
}

const jsonOf = (row: Row): ProspectJson =>
  prospectJson({
    ...row,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  })
