import { applyStored } from '../filled.ts'
import { is } from './answers.ts'
import type { Door, Knock } from './door.ts'

/** A door with everything behind it but Temporal: what is delivered has its effect. */
export interface DoorStage {
  /** Promises that the door took each delivery, and that each had its whole effect, in this order. */
  readonly deliver: (...knocks: readonly Knock[]) => Promise<void>
  /** Promises how deliveries ended, newest last. */
  readonly ends: () => Promise<readonly string[]>
  /** Promises what an admin would see of the person with this e-mail. */
  readonly seen: (email: string) => Promise<Seen>
}

/** A person's prospects, meetings and their state, as the tenant has them. */
export interface Seen {
  readonly prospects: number
  /** Status and start of every meeting, merged ones left out. */
  readonly meetings: readonly string[]
  readonly names: readonly (string | null)[]
}

/** A stage around a door. */
export function stageOf(door: Door): DoorStage {
  const { owner } = door.api

  async function deliver(...knocks: readonly Knock[]): Promise<void> {
    for (const knock of knocks) {
      is(await door.knock(knock), 'taken')
      const { rows } = await owner.query<{ id: string; organization_id: string }>(
        `select id, organization_id from inbound_event where status = 'received' order by id`,
      )
      for (const { id, organization_id: organizationId } of rows)
        await applyStored(door.api, { organizationId }, id)
    }
  }

  async function ends(): Promise<readonly string[]> {
    const { rows } = await owner.query<{ told: string }>(
      `select concat_ws(' ', status, substring(reason from '^[a-zA-Z]+')) as told
        from inbound_event order by id`,
    )
    return rows.map(({ told }) => told)
  }

  async function seen(email: string): Promise<Seen> {
    const prospects = await owner.query<{ id: string; name: string | null }>(
      'select id, name from prospect where email_normalized = lower($1)',
      [email],
    )
    const meetings = await owner.query<{ told: string }>(
      `select distinct m.id, m.status || ' ' || m.start_at::date as told from meeting m
        join meeting_invitee i on i.organization_id = m.organization_id and i.meeting_id = m.id
        where i.prospect_id = any ($1) and m.merged_into is null`,
      [prospects.rows.map(({ id }) => id)],
    )
    return {
      prospects: prospects.rows.length,
      meetings: meetings.rows.map(({ told }) => told),
      names: prospects.rows.map(({ name }) => name),
    }
  }

  return { deliver, ends, seen }
}
