import { hash } from 'node:crypto'
import { canonicalText } from '../../domain/booking-merge.ts'
import { type Fields, fieldsOf } from '../fields.ts'
import type { Delivery, Understood } from '../provider.ts'
import { readJson, UnreadableError } from '../reading.ts'
import { bookingEventOf, type BookingTold, sessionOf } from './booking-told.ts'
import { accountUrisIn, deliveredBooking, uidIn } from './delivered.ts'
import {
  BOOKING_TRIGGERS,
  type BookingTrigger,
  isBookingTrigger,
  NO_SHOW_TRIGGER,
  SAYS_NOTHING,
} from './triggers.ts'

/** Reads an authentic delivery; whatever can't be read keeps a reason and a key of its bytes. */
export function read(rawBody: Uint8Array): Delivery {
  const digest = hash('sha256', rawBody, 'hex')
  let known: Omit<Delivery, 'content'> = {
    kind: 'unreadable',
    dedupeKey: `unreadable ${digest}`,
    digest,
    accountUris: [],
  }
  try {
    const envelope = fieldsOf(readJson(rawBody), '')
    const kind = envelope.text('triggerEvent')
    if (!/^[A-Z_]{1,64}$/.test(kind)) throw new UnreadableError('unknownEvent', 'triggerEvent')
    known = { ...known, kind, dedupeKey: `${kind} ${digest}` }
    // Two of these are flat and have no payload at all: they are known by their names alone.
    if (SAYS_NOTHING.has(kind)) return { ...known, content: NOTHING }
    const payload = envelope.object('payload')
    known = { ...known, accountUris: accountUrisIn(payload) }
    if (kind === NO_SHOW_TRIGGER) return { ...known, content: noShow(payload) }
    if (!isBookingTrigger(kind)) throw new UnreadableError('unknownEvent', 'triggerEvent')
    const told = deliveredBooking(kind, payload, envelope.instant('createdAt'))
    return {
      ...known,
      ...identityOf(kind, told, payload),
      content: contentOf(kind, told, payload),
    }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    return { ...known, content: { ok: false, ...error.quarantine } }
  }
}

const NOTHING: Understood = { ok: true, event: null, session: null, rereads: null }

/** A mark names people and the booking, but neither its time nor its host. */
const noShow = (payload: Fields): Understood => ({
  ...NOTHING,
  rereads: payload.maybeId('bookingUid') ?? uidIn(payload),
})

function contentOf(trigger: BookingTrigger, told: BookingTold, payload: Fields): Understood {
  const { session, booking } = BOOKING_TRIGGERS[trigger]
  return {
    ok: true,
    event: booking === null ? null : bookingEventOf(told, booking),
    session: sessionOf(told, session),
    rereads: isDoubtful(trigger, told, payload) ? told.uid : null,
  }
}

/**
 * Whether a delivery may tell less than happened: what waits for a yes may be a move that says
 * nothing of what it replaces, a yes to a series tells of one booking alone, and so does calling
 * off all that is left of one; of seats called off or moved together a delivery is one person's. Reference: calcom.md, sections 3.2 and 3.5.
 */
function isDoubtful(trigger: BookingTrigger, told: BookingTold, payload: Fields): boolean {
  if (told.booker === null) return true
  const isCancelled = trigger === 'BOOKING_CANCELLED'
  // All seats at once: the others' sessions end or move with the one this delivery is taken for.
  const isChange = isCancelled || trigger === 'BOOKING_RESCHEDULED'
  if (isChange && told.isSeated && told.guests.length > 0) return true
  if (isCancelled) return payload.maybeObject('recurringEvent') !== null
  const isNew = trigger === 'BOOKING_CREATED' || trigger === 'BOOKING_REQUESTED'
  return isNew && told.replacesUid === null && payload.maybeFlag('requiresConfirmation')
}

/**
 * Cal.com sends no event id. A booking is made, moved to, called off and paid for once; of seats
 * each for itself. Its envelope tells when it was sent, which differs between two hooks.
 */
function identityOf(
  trigger: BookingTrigger,
  told: BookingTold,
  payload: Fields,
): Pick<Delivery, 'dedupeKey' | 'digest'> {
  const { bookingUid } = sessionOf(told, 'created')
  const payment = payload.maybeId('paymentId') ?? ''
  const key = `${trigger} ${bookingUid}${payment === '' ? '' : ` ${payment}`}`
  const { uid, replacesUid, startAt, endAt, booker } = told
  const lasting = { trigger, uid, replacesUid, startAt, endAt, email: booker?.email ?? null }
  return { dedupeKey: key, digest: hash('sha256', canonicalText(lasting), 'hex') }
}
