import type { World } from '../db/world.ts'

/** Mistakes in putting facts together, as what the records remember when the next fact comes. */
export const PLANTS = {
  /** Whatever comes last wins: nothing known has a version to hold against it. */
  noVersions: `jsonb_build_object('updatedAt', '', 'noShowAt', '')`,
  /** What was called off counts as on, until somebody calls it off again. */
  noEnds: `jsonb_build_object('status', 'active')`,
} as const

/** Plants a mistake into a database of its own. */
export async function plant({ owner }: World, name: keyof typeof PLANTS): Promise<void> {
  const forgetful = (rows: string): string => `(select coalesce(jsonb_agg(
    row || jsonb_build_object('fact', row->'fact' || ${PLANTS[name]})), '[]')
    from jsonb_array_elements(${rows}) as row) as ${rows}`
  const parameters = 'uuid, text, text[], text[], text'
  await owner.query(`
    alter function booking_lineage(${parameters}) rename to true_lineage;
    create function booking_lineage(${parameters})
    returns table (prospect jsonb, meetings jsonb, slots jsonb, invitees jsonb, hosts jsonb)
    language sql stable as $$
      select prospect, meetings, ${forgetful('slots')}, ${forgetful('invitees')}, hosts
      from true_lineage($1, $2, $3, $4, $5)
    $$;
    grant execute on function booking_lineage(${parameters}) to rendezvous_app`)
}
