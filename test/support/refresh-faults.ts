import { openTokens } from '../../db/credentials.ts'
import type { JobResult } from '../../domain/owner-state.ts'
import { createHttp } from '../../providers/http.ts'
import type { World } from '../db/world.ts'
import { breaking, freezing } from './breaking-database.ts'
import { calendlyAt, type Stage } from './connected.ts'
import { freePort } from './ports.ts'

const route = 'POST /oauth/token'

/** What goes wrong with one refresh, and whether the provider has used the token up by then. */
export interface RefreshFault {
  readonly name: string
  readonly usesUp: boolean
  /** Our own process keeps the answer all the same. */
  readonly isKept?: boolean
  first(stage: Stage, world: World): Promise<unknown>
}

const refresh = ({ activities, job }: Stage): Promise<JobResult> =>
  activities.refreshToken({ ...job(), generation: 1 })

const spoilt = (name: string, usesUp: boolean, fault: Record<string, unknown>): RefreshFault => ({
  name,
  usesUp,
  first: async (stage) => {
    await stage.visitor.fault({ route, times: 1, ...fault })
    return refresh(stage)
  },
})

/** Every way we know that a refresh can fail. */
export const REFRESH_FAULTS: readonly RefreshFault[] = [
  spoilt('its answer is dropped', true, { kind: 'drop' }),
  spoilt('its answer is broken', true, { kind: 'broken-body' }),
  spoilt('its answer takes longer than we wait', true, { kind: 'hang', seconds: 2 }),
  spoilt('it is answered with a 500', false, { kind: '500' }),
  {
    name: 'it is answered with a 429',
    usesUp: false,
    first: async (stage) => {
      await stage.visitor.fault({ kind: 'token-limit', value: 0, seconds: 30 })
      return refresh(stage)
    },
  },
  {
    name: 'nobody listens at the provider',
    usesUp: false,
    first: async (stage) => {
      const http = createHttp({ allowLoopback: true })
      const calendly = calendlyAt(`http://localhost:${await freePort()}/calendly`, http)
      const job = { ...stage.job(), generation: 1 }
      const result = await stage.elsewhere({ providers: { calendly } }).refreshToken(job)
      await http.close()
      return result
    },
  },
  {
    name: 'the worker is killed before it stores the answer',
    usesUp: true,
    first: async (stage, world) => {
      const { database, reached } = freezing(world.database, { after: 1 })
      void stage.elsewhere({ database }).refreshToken({ ...stage.job(), generation: 1 })
      await reached
    },
  },
  {
    name: 'the database fails once while the answer is stored',
    usesUp: true,
    isKept: true,
    first: (stage, world) => {
      const database = breaking(world.database, { after: 1, times: 1 })
      return stage.elsewhere({ database }).refreshToken({ ...stage.job(), generation: 1 })
    },
  },
]

/** Does what the owner does: the refresh again after each "again", as late as it was told. */
export async function refreshUntilDecided(stage: Stage): Promise<'alive' | 'dead'> {
  for (let tries = 0; tries < 6; tries += 1) {
    const { token } = await stage.facts()
    if (token === null || token.dead !== null) return 'dead'
    const result = await stage.activities.refreshToken({ ...stage.job(), generation: 1 })
    if (result.kind === 'again') await stage.advance((result.afterMs ?? 2_000) / 1_000)
    else return result.kind === 'done' ? 'alive' : 'dead'
  }
  throw new Error('no decision after six tries')
}

/** Whether the provider accepts the access token that our row says is in use. */
export async function worksAtProvider(stage: Stage, world: World): Promise<boolean> {
  const { organizationId, integrationId } = stage.job()
  const tokens = await world.database.withTenant(organizationId, (tx) =>
    openTokens(tx, { integrationId, role: 'current' }),
  )
  const { status } = await stage.visitor.get('/users/me', tokens?.accessToken ?? '')
  return status === 200
}
