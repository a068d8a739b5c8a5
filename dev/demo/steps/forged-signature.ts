import { createHmac, randomBytes, randomUUID } from 'node:crypto'
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
    const { email: user, rest, ...account } = await world.connected()
    const [hook] = await control.hooksOf(user)
    if (hook === undefined) throw new Error('there is no hook to forge a delivery for')
    const email = `${world.unique('forged')}@demo.example`
    const before = (await rest.deliveredEvents()).length
    const begun = machineMs()
    const status = isSabotaged
      ? await sendAuthentic(world, { user, email })
      : await sendForged(hook.callback_url, { user: await uriOf(world, user), email })
    const ms = machineMs() - begun
    const isPast = await passMarker(world, { email: user, rest, ...account })
    // The marker's own event is the only one that may have come.
    const events = (await rest.deliveredEvents()).length - before - 1
    const prospects = (await rest.prospects(email)).length
    const bookings = (await control.bookingsOf(email)).length
    const [after] = await control.hooksOf(user)
    const isHookWell = after?.state === 'active' && after.retry_started_at === null
    return {
      ok: status === 401 && isPast && events === 0 && prospects === 0 && isHookWell,
      ms,
      evidence: { status, hook: hook.uri, events, prospects, bookingsInLedger: bookings },
    }
  },
}

type Whom = { readonly user: string; readonly email: string }

/** A body as the provider sends it, signed at this very second with a key of one's own. */
async function sendForged(callback: string, { user, email }: Whom): Promise<number> {
  const body = JSON.stringify(payloadOf(user, email))
  const t = Math.floor(Date.now() / 1000)
  const key = randomBytes(32).toString('base64url')
  const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex')
  const { status } = await fetch(callback, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'calendly-webhook-signature': `t=${t},v1=${v1}`,
    },
    body,
  })
  return status
}

/** The sandbox itself delivers this person's booking, signed with the subscription's key. */
async function sendAuthentic({ control, patienceMs }: World, { user, email }: Whom) {
  const { invitee } = await control.book(user, { email, name: 'Forged Fay' })
  const { seen } = await until(
    () => control.deliveriesOf([invitee]),
    (deliveries) => deliveries.length > 0,
    patienceMs,
  )
  return seen[0]?.status ?? 0
}

async function uriOf({ control }: World, email: string): Promise<string> {
  return (await control.tokensOf(email))?.user ?? ''
}

function payloadOf(user: string, email: string): object {
  const now = `${new Date().toISOString().slice(0, 19)}.000000Z`
  const base = user.replace(/\/users\/[^/]*$/, '')
  const slot = `${base}/scheduled_events/${randomUUID()}`
  const inSevenDays = (minutes: number): string =>
    new Date(Date.now() + 7 * 86_400_000 + minutes * 60_000).toISOString()
  return {
    event: 'invitee.created',
    created_at: now,
    created_by: user,
    payload: {
      created_at: now,
      email,
      event: slot,
      name: 'Forged Fay',
      new_invitee: null,
      no_show: null,
      old_invitee: null,
      questions_and_answers: [],
      rescheduled: false,
      scheduled_event: {
        start_time: inSevenDays(0),
        end_time: inSevenDays(30),
        event_memberships: [{ user, user_email: '', user_name: '' }],
        name: 'Intro call',
        status: 'active',
        uri: slot,
      },
      status: 'active',
      timezone: 'Europe/Paris',
      updated_at: now,
      uri: `${slot}/invitees/${randomUUID()}`,
    },
  }
}
