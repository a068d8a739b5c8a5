const STEPS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** An instant as date and time of the viewer's zone. */
export const formatMoment = (iso: string, tag: string): string =>
  ifValid(iso, (at) =>
    new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }).format(at),
  )

/** A day of the viewer's zone. */
export const formatDay = (iso: string, tag: string): string =>
  ifValid(iso, (at) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium' }).format(at))

/** The day so many days from now in the viewer's calendar, as a date field takes it. */
export function dayAfter(days: number): string {
  const at = new Date()
  at.setDate(at.getDate() + days)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** A span as day and times of a zone, the viewer's unless told. */
export const formatSpan = (
  span: { from: string; to: string },
  tag: string,
  timeZone?: string,
): string =>
  ifValid(span.from, (from) =>
    ifValid(span.to, (to) =>
      new Intl.DateTimeFormat(tag, {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
        timeZone,
      }).formatRange(from, to),
    ),
  )

/** How far an instant is from now, in words. */
export const formatDistance = (iso: string, now: number, tag: string): string =>
  ifValid(iso, (at) => {
    const seconds = (at.getTime() - now) / 1000
    const words = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
    const step = STEPS.find(([, size]) => Math.abs(seconds) >= size)
    return step === undefined
      ? words.format(0, 'second')
      : words.format(Math.trunc(seconds / step[1]), step[0])
  })

/** The zone all times are shown in. */
export const viewerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** What is no date is shown as it came, never as a crash. */
function ifValid(iso: string, format: (at: Date) => string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : format(at)
}

const two = (part: number) => String(part).padStart(2, '0')
