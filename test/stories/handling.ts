import { MockActivityEnvironment } from '@temporalio/testing'
import type { OwnedJob } from '../../activities/deps.ts'
import type { EventEnd } from '../../activities/event-end.ts'
import type { JobResult, SyncCursor } from '../../domain/owner-state.ts'
import type { Random } from '../../fuzz/random.ts'
import { SIGNATURE_HEADER } from '../../providers/calendly/signature.ts'
import type { Letter } from './post.ts'
import type { Tally } from './tally.ts'
import type { Theatre } from './theatre.ts'

/** What the product does with deliveries and syncs, and all that went wrong with it. */
export interface Handling {
  /** Takes deliveries at the door, then lets them have their effect, one way or another. */
  readonly handle: (letters: readonly Letter[]) => Promise<void>
  /** Handles events that wait; what has been put off too. */
  readonly finish: () => Promise<void>
  /** Lets events have their effect again, at the same time. */
  readonly again: (eventIds: readonly string[]) => Promise<void>
  /** Reads everything that one account shows. */
  readonly sync: (job: OwnedJob) => Promise<void>
  readonly mishaps: readonly string[]
}

type Burst = Awaited<ReturnType<Theatre['activities']['applyBurst']>>

interface Setting {
  readonly theatre: Theatre
  readonly random: Random
  readonly tally: Tally
}

const TRIES = 3

/** Promises the product's own path for deliveries and syncs; only Temporal's retries are played. */
export function createHandling({ theatre, random, tally }: Setting): Handling {
  const { activities, door, organizationId } = theatre
  const mishaps: string[] = []
  /** The delivery behind each event. */
  const events = new Map<string, number>()
  let waiting: string[] = []

  /** The event of a delivery that has to be handled, or has been and may be handled again. */
  async function receive({ delivery, sent }: Letter): Promise<string | undefined> {
    const reception = await door.atEndpoint(delivery.path.split('/').at(-1) ?? '', {
      signature: delivery.headers[SIGNATURE_HEADER],
      rawBody: Buffer.from(delivery.body),
      userAgent: delivery.headers['user-agent'],
    })
    const stored = reception.kind === 'taken' ? reception.stored : reception.reason
    const outcome = typeof stored === 'string' ? stored : stored.outcome
    if (typeof stored === 'string' || !('eventId' in stored) || outcome === 'conflict') {
      mishaps.push(`a true delivery is ${outcome}`)
      return undefined
    }
    if ((events.get(stored.eventId) ?? sent) !== sent) mishaps.push('two are taken for one')
    events.set(stored.eventId, sent)
    if (outcome === 'stored') return stored.eventId
    // What happens when an answer is lost on the way: the work starts once more.
    if (random.below(4) > 0) return undefined
    tally.count('retried')
    return stored.eventId
  }

  async function apply(eventId: string): Promise<void> {
    await patiently(async () => {
      const end: EventEnd | 'doubtful' = await work().run(activities.applyEvent, {
        organizationId,
        eventId,
      })
      if (end !== 'processed') mishaps.push(`a true delivery ends ${end}`)
    })
  }

  /** Temporal tries again whatever fails; that two wait for each other is a mistake all the same. */
  async function patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1)
      try {
        return await attempt()
      } catch (error) {
        mishaps.push(`a try failed: ${String(error)}`)
        if (tries === TRIES) throw error
      }
  }

  async function applyAll(eventIds: readonly string[]): Promise<void> {
    const way = random.below(6)
    if (way === 0) for (const eventId of eventIds) await apply(eventId)
    else if (way < 4) {
      tally.count('raced', eventIds.length)
      await Promise.all(eventIds.map(apply))
    } else {
      tally.count('inBurst', eventIds.length)
      const rows = eventIds.map((eventId) => ({ organizationId, eventId }))
      const { handedOver }: Burst = await work().run(activities.applyBurst, { events: rows })
      // What a burst gives up gets a workflow of its own.
      if (handedOver > 0) for (const eventId of eventIds) await apply(eventId)
    }
  }

  async function sync(job: OwnedJob): Promise<void> {
    let cursor: SyncCursor | null = null
    do {
      const place: SyncCursor | null = cursor
      const result: JobResult = await patiently(() =>
        activities.syncPage({ ...job, now: Date.now(), cursor: place, first: false }),
      )
      if (result.kind !== 'page') throw new Error(`a sync ends ${result.kind}`)
      const told = /^(\d+) seen, (\d+) new, (\d+) changed/.exec(result.found)
      tally.count('sync', Number(told?.[1]))
      tally.count('foundBySync', Number(told?.[2]) + Number(told?.[3]))
      cursor = result.next
    } while (cursor !== null)
  }

  return {
    mishaps,
    async handle(letters) {
      for (const { delivery } of letters)
        tally.count(theatre.organizationHook === delivery.path ? 'organizationHook' : 'userHook')
      const taken = await Promise.all(letters.map(receive))
      const due = [...waiting, ...taken.filter((id) => id !== undefined)]
      // The relay may be late: it finds what nobody has started.
      const putOff = random.below(4) === 0 ? random.below(due.length + 1) : 0
      waiting = due.slice(0, putOff)
      await applyAll(due.slice(putOff))
    },
    async finish() {
      await applyAll(waiting)
      waiting = []
    },
    async again(eventIds) {
      await Promise.all(eventIds.map(apply))
    },
    sync,
  }
}

const work = (): MockActivityEnvironment =>
  new MockActivityEnvironment({
    workflowExecution: { workflowId: 'event:of-a-story', runId: 'run' },
  })
