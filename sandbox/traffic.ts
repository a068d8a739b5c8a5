import type { Clock } from './clock.ts'

export interface Traffic {
  /** Notes one answered request. */
  count: (request: { provider: string; route: string; user: string; status: number }) => void
  /** Notes one call of a token endpoint by a user. */
  countTokenCall: (user: string) => void
  report: () => TrafficReport
}

export interface TrafficReport {
  total: number
  routes: { provider: string; route: string; user: string; count: number; statuses: object }[]
  tokenCalls: { user: string; count: number; maxPerMinute: number }[]
}

const MINUTE = 60_000

/** Counts what was asked of the sandbox, by route and user. */
export function createTraffic(clock: Clock): Traffic {
  const routes = new Map<string, TrafficReport['routes'][number]>()
  const tokens = new Map<string, { count: number; max: number; recent: number[] }>()
  let total = 0
  return {
    count({ provider, route, user, status }) {
      total += 1
      const key = `${provider} ${route} ${user}`
      const row = routes.get(key) ?? { provider, route, user, count: 0, statuses: {} }
      const statuses = row.statuses as Record<string, number>
      row.count += 1
      statuses[status] = (statuses[status] ?? 0) + 1
      routes.set(key, row)
    },
    countTokenCall(user) {
      const calls = tokens.get(user) ?? { count: 0, max: 0, recent: [] }
      const now = clock.now()
      calls.recent = [...calls.recent.filter((moment) => moment > now - MINUTE), now]
      calls.count += 1
      calls.max = Math.max(calls.max, calls.recent.length)
      tokens.set(user, calls)
    },
    report: () => ({
      total,
      routes: [...routes.values()],
      tokenCalls: [...tokens].map(([user, { count, max }]) => ({ user, count, maxPerMinute: max })),
    }),
  }
}
