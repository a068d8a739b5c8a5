import type { FastifyReply } from 'fastify'
import type { Calendly } from './context.ts'
import type { User } from './world.ts'

export interface RateLimits {
  /** Counts one API call, sets the headers, and says whether it is still allowed. */
  spend: (reply: FastifyReply, caller: { user: User; client: string } | undefined) => boolean
  /** Counts one token call of a user, and says whether it is still allowed. */
  spendToken: (reply: FastifyReply, user: User) => boolean
}

const WINDOW_MILLISECONDS = 60_000

/** Counts calls per app and user in windows of a minute of sandbox time. */
export function createRateLimits(calendly: Calendly): RateLimits {
  const windows = new Map<string, { endsAt: number; spent: number }>()

  function spendIn(reply: FastifyReply, bucket: { key: string; limit: number; tier: string }) {
    const now = calendly.clock.now()
    const known = windows.get(bucket.key)
    const fresh = known === undefined || known.endsAt <= now
    const window = fresh ? { endsAt: now + WINDOW_MILLISECONDS, spent: 0 } : known
    window.spent += 1
    windows.set(bucket.key, window)
    void reply.headers({
      'x-ratelimit-limit': bucket.limit,
      'x-ratelimit-remaining': Math.max(0, bucket.limit - window.spent),
      'x-ratelimit-reset': Math.ceil((window.endsAt - now) / 1000),
      'x-ratelimit-tier': bucket.tier,
      'x-ratelimit-key': bucket.key,
    })
    return window.spent <= bucket.limit
  }

  return {
    spend(reply, caller) {
      const tier = caller?.user.plan ?? 'free'
      const key = caller === undefined ? 'anonymous' : `oauth:${caller.client}:${caller.user.uuid}`
      const limit = calendly.read('requestLimit')
      const number = limit === 'plan' ? limitOf(tier) : limit === 'off' ? 1_000_000 : limit
      const isAllowed = spendIn(reply, { key, limit: number, tier })
      // Who is not known yet has no bucket; the headers are there all the same.
      return isAllowed || limit === 'off' || caller === undefined
    },
    spendToken(reply, user) {
      const limit = calendly.read('tokenLimit')
      const number = limit === 'off' ? 1_000_000 : limit
      return spendIn(reply, { key: `token:${user.uuid}`, limit: number, tier: user.plan })
    },
  }
}

/** Source: https://developer.calendly.com/api-docs/overview/rate-limits */
function limitOf(plan: string): number {
  return plan === 'free' ? 50 : 500
}
