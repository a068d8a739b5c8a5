import type { Answer, LocationFact } from '../../domain/booking.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Fields } from '../fields.ts'
import type { Booker } from './booking-told.ts'

/** Somebody as deliveries and lists show them; null without an address. */
export function personIn(fields: Fields, platformClientId: string | null): Booker | null {
  const email = fields.maybeText('displayEmail') ?? fields.maybeText('email')
  if (email === null || email === '') return null
  return {
    email: withoutMark(email, platformClientId),
    name: fields.maybeText('name'),
    firstName: fields.maybeText('firstName'),
    lastName: fields.maybeText('lastName'),
    timezone: fields.maybeText('timeZone'),
  }
}

/** A platform writes `+<its client id>` into the addresses of its users: nobody typed that. */
function withoutMark(email: string, platformClientId: string | null): string {
  if (platformClientId === null || platformClientId === '') return email
  const at = email.lastIndexOf('@')
  const mark = `+${platformClientId}`
  const local = email.slice(0, Math.max(at, 0))
  return local.endsWith(mark) ? local.slice(0, -mark.length) + email.slice(at) : email
}

/** Where to meet and how to join, in the order of reference/calcom.md, section 2.5. */
export function locationIn(fields: Fields, at: Instant): LocationFact | null {
  const place = fields.maybeText('location')
  const video = fields.maybeObject('videoCallData')
  // The room of Cal Video itself is entered by a secret: its link is told elsewhere.
  const room = video?.maybeText('type') === 'daily_video' ? null : video?.maybeLink('url')
  const joinUrl =
    fields.maybeObject('metadata')?.maybeLink('videoCallUrl') ??
    room ??
    fields.maybeLink('location') ??
    fields.maybeLink('meetingUrl')
  if (joinUrl === null && (place === null || place === '')) return null
  const isMarker = place?.startsWith('integrations:') === true
  return {
    type: isMarker ? place : joinUrl === null ? 'place' : 'link',
    value: isMarker ? null : place,
    joinUrl,
    status: null,
    at,
  }
}

/** Who books, where, and whom they bring are facts of their own and no answers. */
const NO_QUESTIONS = new Set(['name', 'email', 'location', 'guests', 'title', 'rescheduleReason'])

/** What was answered: `{ field: { label, value } }` in deliveries, `{ field: value }` in lists. */
export function answersIn(fields: Fields | null): Answer[] {
  if (fields === null) return []
  return fields.names
    .filter((name) => !NO_QUESTIONS.has(name))
    .flatMap((name, position) => {
      const response = fields.maybeObject(name)
      const answer = response === null ? fields.maybeAnswer(name) : response.maybeAnswer('value')
      if (answer === null) return []
      return [{ question: response?.maybeText('label') ?? name, answer, position }]
    })
}
