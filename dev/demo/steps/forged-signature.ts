import { postForged } from '../forgery.ts'
import { machineMs } from '../machine-clock.ts'
import { passMarker } from '../marker.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

/** Somebody without the key posts a booking; sabotaged, the holder of the key signs it. */
export const forgedSignature: Step = {
  name: 'forged-signature',
  shows: 'a delivery signed with another key is 401 and leaves nothing',
  async run(world, isSabotaged) {
    const { control } = world
    const account = await world.connected()
    const { rest, email: user } = account
    const [hook] = await control.hooksOf(user)
    if (hook === undefined) throw new Error('there is no hook to forge a delivery for')
    const host = (await control.tokensOf(user))?.user ?? ''
    const email = `${world.unique('forged')}@demo.example`
    const before = (await rest.deliveredEvents()).length
    const begun = machineMs()
    const status = isSabotaged
      ? await sendAuthentic(world, { user, email })
      : await postForged(hook.callback_url, { host, email })
    const ms = machineMs() - begun
    const { isPast } = await passMarker(world, account)
    // The marker's own event is the only one that may have come.
    const events = (await rest.deliveredEvents()).length - before - 1
    const prospects = (await rest.prospects(email)).length
    const bookings = (await control.bookingsOf(email)).length
    const [after] = await control.hooksOf(user)
    const isHookWell = after?.state === 'active' && after.retry_started_at === null
    const isNothing = events === 0 && prospects === 0 && bookings === 0
    return {
      ok: status === 401 && isPast && isNothing && isHookWell,
      ms,
      evidence: { status, hook: hook.uri, events, prospects, bookingsInLedger: bookings },
    }
  },
}

/** The sandbox itself delivers this person's booking, signed with the subscription's key. */
async function sendAuthentic(
  { control, patienceMs }: World,
  { user, email }: { readonly user: string; readonly email: string },
): Promise<number> {
  const { invitee } = await control.book(user, { email, name: 'Forged Fay' })
  const { seen } = await until(
    () => control.deliveriesOf([invitee]),
    (deliveries) => deliveries.length > 0,
    patienceMs,
  )
  return seen[0]?.status ?? 0
}
