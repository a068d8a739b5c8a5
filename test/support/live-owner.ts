import { adopt, nextJob } from '../../domain/owner.ts'
import { decide } from '../../domain/owner-decisions.ts'
import { dueReport, reported } from '../../domain/owner-report.ts'
import {
  DEFAULT_PACE,
  NEW_OWNER,
  type OwnerHint,
  type OwnerState,
} from '../../domain/owner-state.ts'
import type { Activities } from '../../activities/index.ts'
import type { IntegrationRow } from '../../activities/deps.ts'
import { want } from '../../db/integrations.ts'
import { perform } from '../../workflows/perform.ts'
import { applyStored } from '../api/filled.ts'
import type { TestApi } from '../api/harness.ts'
import { setStage, type Stage, type StageOptions } from './connected.ts'

/** An interval of doubt with what was counted of it; the times of no test are fixed. */
export interface GapLook {
  readonly reason: string
  readonly state: 'open' | 'ended' | 'closed'
  readonly counts: readonly (number | null)[]
}

/** An owner between a sandbox, our real ingress and our real rows, with a clock that can be pushed. */
export interface LiveOwner extends Stage {
  /** Asks for something, then lets the owner do all that is due; answers what it knows. */
  run(...asked: OwnerHint[]): Promise<OwnerState>
  /** Moves the owner's clock, and the sandbox's lives and back-offs with it. */
  later(minutes: number): Promise<void>
  /** Waits for so many deliveries in all, and does what they ask for. */
  delivered(count: number): Promise<void>
  wants(wanted: 'connected' | 'paused' | 'disconnected'): Promise<void>
  /** What people see of the integration. */
  shown(): Promise<Shown>
  /** The faults of the sandbox end. */
  heal(): Promise<void>
  /** The ledger of gaps, oldest first. */
  gaps(): Promise<GapLook[]>
  query(sql: string): Promise<Record<string, unknown>[]>
}

interface Shown {
  readonly status: string
  readonly reason: string | null
  readonly webhook_active: boolean
}

/** What may be wrong at the provider before the account is connected. */
export interface OwnerOptions extends StageOptions {
  readonly faults?: readonly Record<string, unknown>[]
}

/** A run that goes on for longer than this has no end. */
const MOST_STEPS = 200

/** Promises a connected account whose owner has done all that it can. */
export async function startOwner(api: TestApi, options: OwnerOptions = {}): Promise<LiveOwner> {
  const stage = await setStage({ ...api, ingress: api.ingressStore }, options)
  for (const fault of options.faults ?? []) await stage.visitor.fault(fault)
  const jobs = stage.elsewhere({ apiUrl: api.origin })
  let pushed = 0
  const clock = (): number => Date.now() + pushed

  const run = ownerRun({ jobs, rowOf: () => stage.job(), clock })

  const query = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await api.owner.query(sql, [stage.organizationId])).rows

  const applied = new Set<string>()
  async function delivered(count: number): Promise<void> {
    await stage.visitor.eventually(
      () => stage.visitor.ledger(),
      ({ deliveries }) => deliveries.length >= count,
    )
    const { organizationId } = stage
    for (const { id } of await query('select id from inbound_event where organization_id = $1')) {
      if (!applied.has(String(id))) await applyStored(api, { organizationId }, String(id))
      applied.add(String(id))
    }
  }

  await stage.connect()
  const owner: LiveOwner = {
    ...stage,
    run,
    delivered,
    query,
    later: async (minutes) => {
      pushed += minutes * 60_000
      await stage.visitor.advance(minutes * 60)
    },
    wants: async (wanted) => {
      const { integrationId } = stage.job()
      await api.database.withTenant(stage.organizationId, (tx) =>
        want(tx, { integrationId, wanted }),
      )
    },
    heal: async () => void (await stage.visitor.send('DELETE', '/control/faults')),
    shown: async () => {
      const sql =
        'select status, reason, webhook_active from integration where organization_id = $1'
      return (await query(sql))[0] as never
    },
    gaps: async () => {
      const rows = await query(`select reason, provider_count, own_count, recovered,
        case when closed_at is not null then 'closed' when ended_at is not null then 'ended'
          else 'open' end as state
        from gap where organization_id = $1 order by id`)
      return rows.map(({ reason, state: now, provider_count, own_count, recovered }) => ({
        reason: String(reason),
        state: now as GapLook['state'],
        counts: [provider_count, own_count, recovered] as (number | null)[],
      }))
    },
  }
  await owner.run()
  return owner
}

/** Whose owner runs, with which activities, by which clock. */
export interface OwnerRun {
  readonly jobs: Activities
  readonly rowOf: () => IntegrationRow
  readonly clock: () => number
}

/** An owner without its workflow: asked for something, it does all that is due. */
export function ownerRun({ jobs, rowOf, clock }: OwnerRun) {
  let state: OwnerState = NEW_OWNER
  return async (...hints: OwnerHint[]): Promise<OwnerState> => {
    const { organizationId, integrationId } = rowOf()
    const row = { organizationId, integrationId }
    const asked = new Set(hints)
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      state = adopt(state, await jobs.readWanted(row))
      const report = dueReport(state)
      if (report !== undefined) {
        await jobs.writeReport({ ...row, report, now: clock() })
        state = reported(state, report)
        continue
      }
      const job = nextJob(state, asked, clock())
      if (job === undefined) return state
      if (job.answers !== undefined) asked.delete(job.answers)
      const result = await perform(jobs, job, { ...row, state, now: clock() })
      state = decide(state, { job, result }, { now: clock(), pace: DEFAULT_PACE, jitter: 0.5 })
    }
    throw new Error(`no rest after ${MOST_STEPS} steps: ${JSON.stringify(state.decisions)}`)
  }
}
