import { hash } from 'node:crypto'
import type { BookingEvent, BookingEventKind, InviteeFact } from '../../domain/booking.ts'
import { canonicalText } from '../../domain/booking-merge.ts'
import { endOfSecond, isSameSecond, type Instant } from '../../domain/instant.ts'
import { type Fields, fieldsOf } from '../fields.ts'
import type { Delivery } from '../provider.ts'
import { readJson, UnreadableError } from '../reading.ts'
import { inviteeFact, slotFact } from './facts.ts'

/** What a hook of ours is subscribed to, and what each event means to us. */
const KINDS = {
  'invitee.created': 'created',
  'invitee.canceled': 'canceled',
  'invitee_no_show.created': 'noShowSet',
  'invitee_no_show.deleted': 'noShowUnset',
} as const satisfies Record<string, BookingEventKind>

type EventName = keyof typeof KINDS

/** The events every hook of ours is subscribed to. */
export const WEBHOOK_EVENTS: readonly string[] = Object.keys(KINDS)

/** Reads an authentic delivery; whatever can't be read keeps a reason and a key of its bytes. */
export function read(rawBody: Uint8Array): Delivery {
  let known: Omit<Delivery, 'content'> | undefined
  try {
    const body = readJson(rawBody)
    const envelope = fieldsOf(body, '')
    const kind = envelope.text('event')
    if (!/^[a-z_.]{1,64}$/.test(kind)) throw new UnreadableError('unknownEvent', 'event')
    const payload = envelope.object('payload')
    const digest = sha256(lastingText(body))
    const accountUris = accountUrisOf(envelope, payload)
    known = { kind, digest, accountUris, dedupeKey: `${kind} ${digest}` }
    if (!isEventName(kind)) throw new UnreadableError('unknownEvent', 'event')
    const event = bookingEvent(kind, { envelope, payload })
    const dedupeKey = dedupeKeyOf(kind, { envelope, payload })
    return { ...known, dedupeKey, content: { ok: true, event, session: null, rereads: null } }
  } catch (error) {
    if (error instanceof UnreadableError)
      return {
        ...(known ?? unreadable(rawBody)),
        content: { ok: false, ...error.quarantine },
      }
    throw error
  }
}

/** What is known of bytes that say nothing we understand: that they are these bytes. */
function unreadable(rawBody: Uint8Array): Omit<Delivery, 'content'> {
  const digest = sha256(rawBody)
  return { kind: 'unreadable', dedupeKey: `unreadable ${digest}`, digest, accountUris: [] }
}

interface Told {
  readonly envelope: Fields
  readonly payload: Fields
}

const isEventName = (text: string): text is EventName => Object.hasOwn(KINDS, text)

function bookingEvent(name: EventName, told: Told): BookingEvent {
  const { envelope, payload } = told
  const kind = KINDS[name]
  const saidAt = envelope.instant('created_at')
  const slot = slotFact(payload.object('scheduled_event'))
  const invitee = inviteeFact(payload, null)
  if (invitee.slotUri !== slot.uri) throw new UnreadableError('inconsistent', 'payload.event')
  if (kind === 'noShowSet' && invitee.noShowUri === null)
    throw new UnreadableError('missingField', 'payload.no_show')
  return { provider: 'calendly', kind, slot, invitee: ofKind(invitee, { kind, saidAt }) }
}

function ofKind(
  invitee: InviteeFact,
  { kind, saidAt }: { kind: BookingEventKind; saidAt: Instant },
): InviteeFact {
  if (kind === 'canceled') return { ...invitee, status: 'canceled' }
  if (kind !== 'noShowUnset') return invitee
  return { ...invitee, noShowUri: null, noShowAt: unsetAt(invitee, saidAt) }
}

/**
 * When a mark was removed. The envelope tells whole seconds, the mark itself was set to the
 * microsecond: the removal counts from the invitee's own update where that falls into the second,
 * else from its end, so that it never seems older than the mark it removes.
 */
const unsetAt = ({ updatedAt }: InviteeFact, saidAt: Instant): Instant =>
  isSameSecond(updatedAt, saidAt) ? updatedAt : endOfSecond(saidAt)

/**
 * Calendly sends no event id. An invitee is created and canceled once, a mark has its own URI; only
 * the removal of a mark may happen again, even within a second, and leave no trace but its time.
 */
function dedupeKeyOf(name: EventName, { envelope, payload }: Told): string {
  const uri = payload.uri('uri')
  const mark = payload.maybeObject('no_show')?.maybeUri('uri') ?? null
  if (name === 'invitee_no_show.created') return `${name} ${mark ?? uri}`
  if (name === 'invitee_no_show.deleted')
    return mark === null ? `${name} ${uri} ${removedAt({ envelope, payload })}` : `${name} ${mark}`
  return `${name} ${uri}`
}

function removedAt({ envelope, payload }: Told): Instant {
  const saidAt = envelope.instant('created_at')
  const updatedAt = payload.maybeInstant('updated_at')
  return updatedAt !== null && isSameSecond(updatedAt, saidAt) ? updatedAt : saidAt
}

/** The key of the delivery that tells of a fresh booking. */
export const bookedKey = (inviteeUri: string): string => `invitee.created ${inviteeUri}`

/** The subscription's maker and the hosts: one of them is the account a delivery belongs to. */
function accountUrisOf(envelope: Fields, payload: Fields): string[] {
  const hosts = payload.maybeObject('scheduled_event')?.objects('event_memberships') ?? []
  const uris = [envelope.maybeUri('created_by'), ...hosts.map((host) => host.maybeUri('user'))]
  return [...new Set(uris.filter((uri) => uri !== null))]
}

/** Parts of a slot that honest copies of one delivery may tell differently, a moment apart. */
const FLEETING = new Set([
  'location',
  'invitees_counter',
  'updated_at',
  'calendar_event',
  'meeting_notes_plain',
  'meeting_notes_html',
])

function lastingText(body: unknown): string {
  const { payload } = body as { readonly payload: Record<string, unknown> }
  const slot = payload['scheduled_event']
  if (typeof slot !== 'object' || slot === null) return canonicalText(payload)
  const lasting: Record<string, unknown> = { ...slot }
  for (const key of FLEETING) delete lasting[key]
  return canonicalText({ ...payload, scheduled_event: lasting })
}

const sha256 = (bytes: Uint8Array | string): string => hash('sha256', bytes, 'hex')
