import { framesAbout, listen } from '../listener.ts'
import { codePoints, NAME } from '../same-text.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'

/** The product's promise, from the provider's knowledge to a screen. */
const LIMIT_MS = 1_000

/** A separate process is told of a prospect; sabotaged, it belongs to another organization. */
export const bookingToSocket: Step = {
  name: 'booking-to-socket',
  shows: 'another process gets prospect:created within 1 s',
  async run(world, isSabotaged) {
    const account = await world.connected()
    const token = isSabotaged
      ? await world.token({ org: world.unique('demo-stranger'), role: 'admin' })
      : account.token
    const listener = await listen({ url: world.system.api, token })
    try {
      const email = `${world.unique('prospect')}@demo.example`
      const booked = await world.control.book(account.email, { email, name: NAME })
      const { seen } = await until(
        async () => framesAbout(listener.frames(), email),
        (frames) => frames.some(({ event }) => event === 'prospect:created'),
        world.patienceMs,
      )
      const frame = seen.find(({ event }) => event === 'prospect:created')
      const [prospect] = await account.rest.prospects(email)
      const [booking] = await world.control.bookingsOf(email)
      const ms = (frame?.at ?? booked.answeredAt + world.patienceMs) - booked.answeredAt
      const { id, name = '', seq = 0 } = (frame?.frame ?? {}) as ProspectFrame
      const isOurs = id !== undefined && id === prospect?.id
      return {
        ok: isOurs && ms < LIMIT_MS && name === NAME && booking?.invitee === booked.invitee,
        ms,
        evidence: {
          process: listener.pid,
          invitee: booked.invitee,
          prospect: prospect?.id ?? null,
          seq,
          frames: seen.length,
          name: codePoints(name),
        },
      }
    } finally {
      await listener.stop()
    }
  },
}

interface ProspectFrame {
  readonly id?: string
  readonly name?: string
  readonly seq?: number
}
