import type { Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Guest } from './guest.ts'
import { visitCalcom } from './guest.ts'

/** A sandbox, a key of Rita's, and a receiver that hears of all her bookings. */
export interface Listener {
  guest: Guest
  receiver: Receiver
  /** The payloads of the first so many deliveries, each with its trigger as `event`. */
  told: (count: number) => Promise<any[]>
  /** The triggers of the first so many deliveries. */
  events: (count: number) => Promise<string[]>
  /** What the ledger holds true of a booking. */
  truth: (uid: string) => Promise<any>
  close: () => Promise<void>
}

/** Opens a listener. */
export async function listen(): Promise<Listener> {
  const guest = await visitCalcom()
  const receiver = await startReceiver()
  await guest.hook(receiver.url)

  async function told(count: number): Promise<any[]> {
    const deliveries = await receiver.until(count)
    return deliveries.map(({ envelope }) => ({ ...envelope.payload, event: envelope.triggerEvent }))
  }

  return {
    guest,
    receiver,
    told,
    events: async (count) => (await told(count)).map(({ event }) => event),
    async truth(uid) {
      return (await guest.ledger()).bookings.find((booking) => booking.uid === uid)
    },
    async close() {
      await guest.sandbox.close()
      await receiver.close()
    },
  }
}
