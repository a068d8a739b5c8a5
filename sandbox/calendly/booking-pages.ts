import type { FastifyInstance, FastifyReply } from 'fastify'
import { escapeHtml, sendPage } from '../page.ts'
import type { Invitee } from './booking-rows.ts'
import type { Desk } from './bookings.ts'
import { book, cancelInvitee, reschedule } from './bookings.ts'
import { findUser } from './context.ts'
import { readBooking } from './control-bookings.ts'
import type { Booked } from './slots.ts'
import { eventOf } from './slots.ts'

type Form = Record<string, string | undefined>

/** The pages on which a person books, cancels and moves a meeting. */
export function registerBookingPages(app: FastifyInstance, desk: Desk): void {
  const { calendly } = desk

  app.get('/book/:slug', async (request, reply) => {
    const user = findUser(calendly, (request.params as { slug: string }).slug)
    if (user === undefined) return lost(reply)
    return sendPage(reply, {
      title: `Meet ${user.name}`,
      body: `<form method="post">
<label>Your name <input name="name" required></label>
<label>Your e-mail <input name="email" type="email" required></label>
<label>Time (UTC) <input name="start_time" type="datetime-local" value="${tomorrow()}" required></label>
<button>Book</button>
</form>`,
    })
  })

  app.post('/book/:slug', async (request, reply) => {
    const { slug: user } = request.params as { slug: string }
    const { name, email, start_time } = (request.body ?? {}) as Form
    const start = `${start_time ?? ''}Z`
    const tracking = request.query as Form
    const order = { user, start_time: start, invitee: { name, email, ...tracking } }
    const booking = readBooking(calendly, order)
    if (typeof booking === 'string') {
      return sendPage(reply, {
        status: 400,
        title: 'Not booked',
        body: `<p>${escapeHtml(booking)}</p>`,
      })
    }
    return showBooked(reply, 'Booked', book(desk, booking))
  })

  app.get('/cancellations/:id', async (request, reply) => {
    const invitee = findActive(request.params)
    if (invitee === undefined) return lost(reply)
    const body = `<form method="post">
<label>Reason <input name="reason"></label>
<button>Cancel the meeting</button>
</form>`
    return sendPage(reply, { title: 'Cancel', body })
  })

  app.post('/cancellations/:id', async (request, reply) => {
    const invitee = findActive(request.params)
    if (invitee === undefined) return lost(reply)
    const { reason = '' } = (request.body ?? {}) as Form
    cancelInvitee(desk, { invitee, by: 'invitee', reason })
    return sendPage(reply, { title: 'Canceled', body: '<p>The meeting is canceled.</p>' })
  })

  app.get('/reschedulings/:id', async (request, reply) => {
    const invitee = findActive(request.params)
    if (invitee === undefined) return lost(reply)
    const current = inputTime(eventOf(calendly, invitee).start)
    const body = `<form method="post">
<label>New time (UTC) <input name="start_time" type="datetime-local" value="${current}" required></label>
<button>Move the meeting</button>
</form>`
    return sendPage(reply, { title: 'Reschedule', body })
  })

  app.post('/reschedulings/:id', async (request, reply) => {
    const invitee = findActive(request.params)
    const { start_time = '' } = (request.body ?? {}) as Form
    const start = Date.parse(`${start_time}Z`)
    if (invitee === undefined || Number.isNaN(start)) return lost(reply)
    const moved = reschedule(desk, { invitee, start, by: 'invitee', createdFirst: false })
    return showBooked(reply, 'Moved', moved)
  })

  function findActive(params: unknown): Invitee | undefined {
    const invitee = calendly.world.invitees.get((params as { id: string }).id)
    return invitee?.status === 'active' ? invitee : undefined
  }
}

function showBooked(reply: FastifyReply, title: string, { invitee, event }: Booked) {
  const when = new Date(event.start).toUTCString()
  const body = `<p>${escapeHtml(invitee.name)}, ${when}</p>
<p><a href="/reschedulings/${invitee.uuid}">Reschedule</a>
<a href="/cancellations/${invitee.uuid}">Cancel</a></p>`
  return sendPage(reply, { title, body })
}

function lost(reply: FastifyReply) {
  return sendPage(reply, { status: 404, title: 'Not found', body: '<p>Nothing is here.</p>' })
}

function tomorrow(): string {
  return inputTime(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 86_400_000)
}

function inputTime(moment: number): string {
  return new Date(moment).toISOString().slice(0, 16)
}
