import { createHmac, randomBytes, randomUUID } from 'node:crypto'

/** Posts a booking in the provider's form, signed this very second with a key of one's own. */
export async function postForged(
  callback: string,
  booking: { readonly host: string; readonly email: string },
): Promise<number> {
  const body = JSON.stringify(deliveryOf(booking))
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

/** Nothing but the signature is wrong with it. */
function deliveryOf({ host, email }: { readonly host: string; readonly email: string }): object {
  const now = `${new Date().toISOString().slice(0, 19)}.000000Z`
  const slot = `${host.replace(/\/users\/[^/]*$/, '')}/scheduled_events/${randomUUID()}`
  return {
    event: 'invitee.created',
    created_at: now,
    created_by: host,
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
        start_time: nextWeek(0),
        end_time: nextWeek(30),
        event_memberships: [{ user: host, user_email: '', user_name: '' }],
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

const nextWeek = (minutes: number): string =>
  new Date(Date.now() + 7 * 86_400_000 + minutes * 60_000).toISOString()
