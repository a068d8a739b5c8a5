import type { FastifyInstance, FastifyReply } from 'fastify'
import { escapeHtml, sendPage } from '../page.ts'
import { lost, sorry } from './answers.ts'
import type { Desk } from './bookings.ts'
import { book, confirm, pay, reject } from './bookings.ts'
import { cancel } from './cancel.ts'
import { findUser } from './context.ts'
import { readOrder } from './orders.ts'
import { canMove, reschedule } from './reschedule.ts'
import { bookSeat } from './seats.ts'
import { bookSeries } from './series.ts'
import type { Booking, EventType, User } from './world.ts'

type Form = Record<string, string | undefined>

const TIME = 'type="datetime-local" required'

/** The pages on which a person books, moves and cancels, answers and answers as host. */
export function registerPages(app: FastifyInstance, desk: Desk): void {
  const { calcom } = desk
  const { world } = calcom

  app.get('/:username', async (request, reply) => {
    const user = findUser(calcom, (request.params as { username: string }).username)
    if (user === undefined) return lost(reply)
    const links = world.eventTypes.by('owner', String(user.id)).map(({ slug, title, length }) => {
      const text = `${escapeHtml(title)}, ${length} minutes (${escapeHtml(slug)})`
      return `<li><a href="/calcom/${user.username}/${slug}">${text}</a></li>`
    })
    return sendPage(reply, { title: `Meet ${user.name}`, body: `<ul>${links.join('')}</ul>` })
  })

  app.get('/:username/:slug', async (request, reply) => {
    const found = findOffer(request.params)
    if (found === undefined) return lost(reply)
    const body = `<form method="post">
<label>Your name <input name="name" required></label>
<label>Your e-mail <input name="email" type="email" required></label>
<label>Time (UTC) <input name="start_time" ${TIME} value="${tomorrow()}"></label>
<button>Book</button>
</form>`
    return sendPage(reply, { title: `${found.eventType.title} with ${found.user.name}`, body })
  })

  app.post('/:username/:slug', async (request, reply) => {
    const found = findOffer(request.params)
    if (found === undefined) return lost(reply)
    const { name, email, start_time } = formOf(request.body)
    const order = readOrder(calcom, {
      user: found.user.id,
      event_type: found.eventType.id,
      start_time: `${start_time ?? ''}Z`,
      invitee: { name, email },
    })
    if (typeof order === 'string') return sorry(reply, order)
    const { recurrence, seats } = found.eventType
    if (recurrence !== null) {
      const [first] = bookSeries(desk, order, { recurrence })
      return first === undefined ? lost(reply) : show(reply, first)
    }
    const booking = seats === null ? book(desk, order) : bookSeat(desk, order)
    return booking === 'full' ? sorry(reply, 'All seats are taken') : show(reply, booking)
  })

  app.get('/booking/:uid', async (request, reply) => {
    const booking = bookingOf(request.params)
    return booking === undefined ? lost(reply) : show(reply, booking)
  })

  app.post('/booking/:uid/:act', async (request, reply) => {
    const booking = bookingOf(request.params)
    if (booking === undefined) return lost(reply)
    const { act } = request.params as { act: string }
    const { start_time = '', reason = '' } = formOf(request.body)
    const isPending = booking.status === 'pending'
    if (act === 'cancel' && (isPending || booking.status === 'accepted')) {
      await cancel(desk, booking, { by: 'attendee', reach: 'one', reason })
      return show(reply, booking)
    }
    if (act === 'reschedule' && canMove(booking)) {
      const start = Date.parse(`${start_time}Z`)
      if (Number.isNaN(start)) return sorry(reply, 'This is no time')
      return show(reply, reschedule(desk, booking, { start, by: 'attendee' }))
    }
    if (act === 'pay' && isPending && booking.paymentId !== null) pay(desk, booking)
    if (act === 'confirm' && isPending) confirm(desk, booking)
    if (act === 'reject' && isPending) reject(desk, booking, reason)
    return show(reply, booking)
  })

  function findOffer(params: unknown): { user: User; eventType: EventType } | undefined {
    const { username, slug } = params as { username: string; slug: string }
    const user = findUser(calcom, username)
    const own = world.eventTypes.by('owner', String(user?.id))
    const eventType = own.find((one) => one.slug === slug)
    return user === undefined || eventType === undefined ? undefined : { user, eventType }
  }

  function bookingOf(params: unknown): Booking | undefined {
    return world.bookings.get((params as { uid: string }).uid)
  }
}

function show(reply: FastifyReply, booking: Booking) {
  const booker = escapeHtml(booking.attendees[0]?.name ?? '')
  const when = new Date(booking.start).toUTCString()
  const form = (act: string, label: string, fields = '') =>
    `<form method="post" action="/calcom/booking/${booking.uid}/${act}">${fields}<button>${label}</button></form>`
  const time = inputTime(booking.start)
  const move = `<label>New time (UTC) <input name="start_time" ${TIME} value="${time}"></label>`
  const isPending = booking.status === 'pending'
  const isAlive = isPending || booking.status === 'accepted'
  const forms = [
    canMove(booking) ? form('reschedule', 'Reschedule', move) : '',
    isAlive ? form('cancel', 'Cancel', '<label>Reason <input name="reason"></label>') : '',
    isPending && booking.paymentId !== null ? form('pay', 'Pay') : '',
    isPending && booking.paymentId === null ? form('confirm', 'Confirm, as host') : '',
    isPending && booking.paymentId === null ? form('reject', 'Decline, as host') : '',
  ]
  const body = `<p>${booker}, ${when}: ${booking.status}</p>${forms.join('\n')}`
  return sendPage(reply, { title: booking.title, body })
}

function formOf(body: unknown): Form {
  return (body ?? {}) as Form
}

function tomorrow(): string {
  return inputTime(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 86_400_000)
}

function inputTime(moment: number): string {
  return new Date(moment).toISOString().slice(0, 16)
}
