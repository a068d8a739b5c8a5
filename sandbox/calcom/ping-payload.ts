import { utcOffset, withMilliseconds } from './times.ts'

/** What the test button sends: no uid, no booking, no status. */
export function pingPayload(): Record<string, unknown> {
  const now = withMilliseconds(Date.now())
  return {
    type: 'Test',
    title: 'Test trigger event',
    description: '',
    startTime: now,
    endTime: now,
    attendees: [person('John Doe', 'jdoe@example.com')],
    organizer: person('Cal', 'no-reply@cal.com'),
  }
}

function person(name: string, email: string): object {
  const timeZone = 'Europe/London'
  const offset = utcOffset(timeZone, Date.now())
  return { email, name, timeZone, language: { locale: 'en' }, utcOffset: offset }
}
