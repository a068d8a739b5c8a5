import { framesAbout, listen } from '../listener.ts'
import { machineMs } from '../machine-clock.ts'
import { passMarker } from '../marker.ts'
import type { Account } from '../setting.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

/** A delivery comes twice and counts once; sabotaged, the second is another booking indeed. */
export const duplicateDelivery: Step = {
  name: 'duplicate-delivery',
  shows: 'a copy is answered 200 and changes nothing',
  async run(world, isSabotaged) {
    const account = await world.connected()
    const listener = await listen({ url: world.system.api, token: account.token })
    try {
      const email = `${world.unique('twice')}@demo.example`
      const begun = machineMs()
      await (isSabotaged ? bookTwice : bookWithCopy)(world, { account, email })
      const delivered = await accepted(world, email)
      const marker = await passMarker(world, account)
      const prospects = await account.rest.prospects(email)
      const meetings = await account.rest.meetings(email)
      // Frames come in order, and the marker's are behind these: only the way to us is left.
      await until(
        async () => framesAbout(listener.frames(), marker.email).map(({ event }) => event),
        (events) => events.includes('meeting:created'),
        world.patienceMs,
      )
      const frames = framesAbout(listener.frames(), email).map(({ event }) => event)
      const isOnce = prospects.length === 1 && meetings.length === 1
      return {
        ok: delivered >= 2 && marker.isPast && isOnce && frames.toSorted().join() === ONCE,
        ms: machineMs() - begun,
        evidence: {
          deliveriesWith200: delivered,
          prospects: prospects.length,
          meetings: meetings.length,
          meeting: meetings[0]?.id ?? null,
          frames: frames.join(' '),
        },
      }
    } finally {
      await listener.stop()
    }
  },
}

const ONCE = 'meeting:created,prospect:created'

type Whom = { readonly account: Account; readonly email: string }

async function bookWithCopy({ control }: World, { account, email }: Whom): Promise<void> {
  const user = account.email
  await control.fault({ kind: 'duplicate', user, event: 'invitee.created', times: 1 })
  await control.book(user, { email, name: 'Twice Told' })
}

async function bookTwice({ control }: World, { account, email }: Whom): Promise<void> {
  for (const name of ['Twice Told', 'Twice Told'])
    await control.book(account.email, { email, name })
}

/** How many deliveries about this person the ledger shows as answered 200, once there are two. */
async function accepted({ control, patienceMs }: World, email: string): Promise<number> {
  const invitees = (await control.bookingsOf(email)).map(({ invitee }) => invitee)
  const { seen } = await until(
    async () => (await control.deliveriesOf(invitees)).filter(({ status }) => status === 200),
    (deliveries) => deliveries.length >= 2,
    patienceMs,
  )
  return seen.length
}
