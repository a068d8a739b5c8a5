/** How many deliveries may be committed, and how long one may wait for its commit. */
export interface CommitLimits {
  /** One statement of this many bodies stays far below a second. */
  readonly perCommit: number
  /** Two: while one waits for the disk, the next is filled and sent. */
  readonly atOnce: number
  /** So many must wait before a second commit is worth its round trip beside the first. */
  readonly worthAnother: number
  /** Beyond this many waiting, memory is worth more than one more delivery: refuse at once. */
  readonly waiting: number
  /** The provider gives us 15 s and retries; a caller that hangs for two is told to come back. */
  readonly patienceMs: number
}

const LIMITS: CommitLimits = {
  perCommit: 200,
  atOnce: 2,
  worthAnother: 64,
  waiting: 2_000,
  patienceMs: 1_800,
}

/** The delivery was not committed, or not within its time: it must be delivered again. */
export class NotCommitted extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'NotCommitted'
  }
}

export interface CommitTogether<Item, Answer> {
  /** The item's own answer, once it is committed; rejects with NotCommitted otherwise. */
  add(item: Item): Promise<Answer>
  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void>
  close(): void
}

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly since: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Commits what comes while a commit is in flight in one next commit: a lone delivery waits for
 * nobody, a burst costs one disk flush for many. The order of answers is that of the items.
 */
export function createCommitTogether<Item, Answer>(
  commit: (items: readonly Item[]) => Promise<readonly Answer[]>,
  limits: CommitLimits = LIMITS,
): CommitTogether<Item, Answer> {
  let queue: Waiting<Item, Answer>[] = []
  const flying = new Set<readonly Waiting<Item, Answer>[]>()
  let whenIdle: (() => void)[] = []

  function next(worth = limits.worthAnother): void {
    while (flying.size < limits.atOnce && queue.length >= (flying.size === 0 ? 1 : worth)) {
      const batch = queue.slice(0, limits.perCommit)
      queue = queue.slice(limits.perCommit)
      flying.add(batch)
      void send(batch)
    }
    if (queue.length > 0 || flying.size > 0) return
    for (const resolve of whenIdle) resolve()
    whenIdle = []
  }

  async function send(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await commit(batch.map(({ item }) => item))
      for (const [place, { resolve, reject }] of batch.entries()) {
        const answer = answers[place]
        if (answer === undefined) reject(new NotCommitted('the store gave no answer'))
        if (answer !== undefined) resolve(answer)
      }
    } catch (error) {
      for (const { reject } of batch) reject(new NotCommitted('the commit failed', error))
    } finally {
      flying.delete(batch)
      next()
    }
  }

  // One clock for all instead of a timer per delivery. Late answers to rejected ones are ignored.
  const clock = setInterval(() => {
    const oldest = Date.now() - limits.patienceMs
    const isLate = ({ since }: Waiting<Item, Answer>): boolean => since < oldest
    const late = [...queue, ...[...flying].flat()].filter(isLate)
    queue = queue.filter((waiting) => !isLate(waiting))
    for (const { reject } of late) reject(new NotCommitted('the commit takes too long'))
    // A slow commit must not hold up the few behind it.
    next(1)
  }, 100)
  clock.unref()

  return {
    add(item) {
      if (queue.length >= limits.waiting)
        return Promise.reject(new NotCommitted('too many deliveries wait'))
      return new Promise((resolve, reject) => {
        queue.push({ item, since: Date.now(), resolve, reject })
        next()
      })
    },
    idle: () =>
      queue.length === 0 && flying.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => void whenIdle.push(resolve)),
    close: () => clearInterval(clock),
  }
}
