import { createHmac } from 'node:crypto'

/** The person whose bookings these are, at the hosted installation. */
export const HOST_URI = 'https://api.cal.com/users/1'

/** A body as Cal.com sends one; constructed from reference/calcom.md, section 2. */
export function body(triggerEvent: string, payload: object = {}, createdAt = SENT): Buffer {
  return Buffer.from(
    JSON.stringify({ triggerEvent, createdAt, payload: { ...BOOKING, ...payload } }),
  )
}

/** The header that Cal.com sends for a body and a secret. */
export const signed = (bytes: Uint8Array, secret: string): string =>
  createHmac('sha256', secret).update(bytes).digest('hex')

/** When a delivery was sent, unless a test says otherwise. */
const SENT = '2026-11-21T09:00:00.123Z'

/** The payload of a plain booking. */
export const BOOKING = {
  uid: 'fakeUidAAAAAAAAAAAAAA1',
  bookingId: 101,
  iCalUID: 'fakeUidAAAAAAAAAAAAAA1@cal.test',
  iCalSequence: 0,
  type: 'coaching-60',
  title: 'Coaching between Rita Host and Pat Prospect',
  eventTitle: 'Coaching',
  eventTypeId: 7,
  status: 'ACCEPTED',
  length: 60,
  startTime: '2026-12-01T10:00:00Z',
  endTime: '2026-12-01T11:00:00Z',
  requiresConfirmation: false,
  bookerUrl: 'https://app.cal.com',
  organizer: {
    id: 1,
    name: 'Rita Host',
    email: 'rita@acme.test',
    timeZone: 'Europe/Paris',
    language: { locale: 'en' },
    utcOffset: 60,
  },
  attendees: [
    {
      name: 'Pat Prospect',
      email: 'pat@prospect.test',
      timeZone: 'America/New_York',
      language: { locale: 'en' },
      utcOffset: -300,
    },
  ],
  responses: {
    name: { label: 'your_name', value: 'Pat Prospect' },
    email: { label: 'email_address', value: 'pat@prospect.test' },
    goal: { label: 'Your goal', value: 'Éloïse 🎉 王' },
  },
  location: 'integrations:google:meet',
  metadata: { videoCallUrl: 'https://meet.example.test/fake-link' },
}
