import type { FastifyReply } from 'fastify'
import type { Calcom } from './context.ts'

export interface Bucket {
  key: string
  isClient: boolean
}

export interface RateLimits {
  /** Counts one call, sets the headers, and says whether it is still allowed. */
  spend: (reply: FastifyReply, bucket: Bucket) => boolean
}

const WINDOW_MILLISECONDS = 60_000

/** Who asks once too often is shut out this long, whatever is left of the window. */
const BLOCK_MILLISECONDS = 60_000

/** Counts calls per credential in windows of a minute of sandbox time. */
export function createRateLimits(calcom: Calcom): RateLimits {
  const windows = new Map<string, { endsAt: number; spent: number; isBlocked: boolean }>()

  return {
    spend(reply, { key, isClient }) {
      const limit = calcom.read(isClient ? 'clientLimit' : 'requestLimit')
      const number = limit === 'off' ? 1_000_000 : limit
      const now = calcom.clock.now()
      const known = windows.get(key)
      const isFresh = known === undefined || known.endsAt <= now
      const window = isFresh
        ? { endsAt: now + WINDOW_MILLISECONDS, spent: 0, isBlocked: false }
        : known
      windows.set(key, window)
      window.spent += 1
      if (window.spent > number && !window.isBlocked) {
        window.isBlocked = true
        window.endsAt = now + BLOCK_MILLISECONDS
      }
      const seconds = Math.ceil((window.endsAt - now) / 1000)
      void reply.headers({
        'X-RateLimit-Limit-Default': number,
        'X-RateLimit-Remaining-Default': Math.max(0, number - window.spent),
        'X-RateLimit-Reset-Default': seconds,
      })
      if (window.isBlocked && calcom.read('retryAfter')) void reply.header('Retry-After', seconds)
      return !window.isBlocked
    },
  }
}
