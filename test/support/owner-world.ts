import type { Activities } from '../../activities/index.ts'
import type { JobName, JobResult, OwnerReport, WantedFacts } from '../../domain/owner-state.ts'

const HOUR = 60 * 60_000

/** A hook as a settled pass finds it. */
export const LISTED: Extract<JobResult, { kind: 'hook' }> = {
  kind: 'hook',
  found: 'listed',
  settled: true,
  remoteUri: 'https://provider.test/webhook_subscriptions/1',
  callbackUrl: 'https://hooks.test/webhooks/calendly/abc',
  evidence: { at: 0, retryStartedAt: null, deliveredAt: null, failures: 0, isStaleOnly: false },
}

/** A pass that made a hook and has not seen it listed yet. */
export const MADE: JobResult = {
  ...LISTED,
  settled: false,
  remoteUri: null,
  callbackUrl: null,
  evidence: null,
}

/** The rows and the provider behind one owner, as plain facts that a test can turn. */
export interface OwnerWorld {
  facts: WantedFacts
  /** What the next run of a job answers, once; after that it goes well. */
  readonly next: Partial<Record<JobName, (JobResult | Error)[]>>
  readonly done: { readonly name: JobName; readonly at: number; readonly tokenAge: number }[]
  readonly reports: OwnerReport[]
  /** The hook that each pass was told to replace, or none. */
  readonly distrusted: (string | null)[]
  readonly activities: Partial<Activities>
}

/** A world whose integration is wanted connected and has a fresh grant. */
export function ownerWorld(more: Partial<WantedFacts> = {}): OwnerWorld {
  const world: OwnerWorld = {
    facts: {
      wanted: 'connected',
      wantedRevision: 1,
      observedRevision: 0,
      wantsRefresh: false,
      token: null,
      incoming: true,
      outgoing: false,
      held: 0,
      hookTasks: 0,
      ...more,
    },
    next: {},
    done: [],
    reports: [],
    distrusted: [],
    activities: {},
  }
  const play =
    (name: JobName, effect: (now: number) => void = () => {}) =>
    async ({ now }: { now: number }): Promise<JobResult> => {
      const { token } = world.facts
      world.done.push({ name, at: now, tokenAge: token === null ? 0 : now - token.issuedAt })
      const planned = world.next[name]?.shift()
      if (planned instanceof Error) throw planned
      if (planned !== undefined) return planned
      effect(now)
      return name === 'reconcileHook' ? LISTED : { kind: 'done', found: name }
    }
  const renew = (now: number): void => {
    const generation = (world.facts.token?.generation ?? 0) + 1
    const token = { generation, issuedAt: now, expiresAt: now + 2 * HOUR, dead: null }
    world.facts = { ...world.facts, token, incoming: false }
  }
  const activities: Partial<Activities> = {
    readWanted: async () => world.facts,
    writeReport: async ({ report }) => {
      world.reports.push(report)
      const observedRevision = report.observedRevision ?? world.facts.observedRevision
      world.facts = { ...world.facts, observedRevision }
    },
    closeIfStill: async ({ revision }) =>
      world.facts.wantedRevision === revision && world.facts.wanted === 'disconnected',
    adoptCredential: play('adoptCredential', renew),
    refreshToken: play('refreshToken', renew),
    reconcileHook: (input) => {
      world.distrusted.push(input.distrusted ?? null)
      return play('reconcileHook')(input)
    },
    removeHooks: play('removeHooks'),
    revokeTokens: play('revokeTokens'),
    leaveAccount: play('leaveAccount'),
    tendHooks: play('tendHooks', () => void (world.facts = { ...world.facts, hookTasks: 0 })),
    releaseHeld: play('releaseHeld', () => void (world.facts = { ...world.facts, held: 0 })),
    eraseSecrets: play('eraseSecrets', () => void (world.facts = { ...world.facts, token: null })),
    syncPage: async (input) => {
      await play('syncPage')(input)
      const startedAt = input.cursor?.startedAt ?? input.now
      return { kind: 'page', found: 'nothing new', next: null, startedAt, unheard: 0 }
    },
  }
  Object.assign(world.activities, activities)
  return world
}
