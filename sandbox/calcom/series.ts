import type { Desk } from './bookings.ts'
import { book } from './bookings.ts'
import type { Calcom } from './context.ts'
import type { Order } from './new-booking.ts'
import { newUid } from './new-booking.ts'
import { utcOffset } from './times.ts'
import { momentOf, wallOf } from './wall-time.ts'
import type { Booking, Recurrence } from './world.ts'

const DAY = 86_400_000

/**
 * Books a series: one occurrence after the other, each told on its own, with no transaction around
 * them. It may stop half way.
 */
export function bookSeries(
  desk: Desk,
  order: Order,
  given: { recurrence: Recurrence; stopAfter?: number | undefined },
): Booking[] {
  const { recurrence, stopAfter = recurrence.count } = given
  const series = newUid()
  return occurrences(desk.calcom, order, recurrence)
    .slice(0, stopAfter)
    .map((start) => {
      const more = { series, seriesCount: recurrence.count }
      return book(desk, { ...order, start }, more)
    })
}

/** The starts of a series, as the builder in use computes them, mistakes included. */
function occurrences(calcom: Calcom, order: Order, recurrence: Recurrence): number[] {
  if (calcom.read('seriesBuilder') === 'api') return inSteps(order, recurrence)
  return byRule(order.start, recurrence, calcom.read('browserTimeZone'))
}

/** API: in the attendee's zone, each from the one before: 31, 28, 28, 28. */
function inSteps({ start, person }: Order, recurrence: Recurrence): number[] {
  const starts = [start]
  while (starts.length < recurrence.count) {
    const wall = new Date(wallOf(starts.at(-1) ?? start, person.timeZone))
    starts.push(momentOf(step(wall, recurrence), person.timeZone))
  }
  return starts
}

function step(wall: Date, { freq, interval }: Recurrence): number {
  if (freq === 2) return wall.getTime() + interval * 7 * DAY
  const months = freq === 1 ? interval : interval * 12
  const first = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + months, 1)
  const month = new Date(first)
  const days = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate()
  const day = Math.min(wall.getUTCDate(), days)
  return first + (day - 1) * DAY + (wall.getTime() % DAY)
}

/** Web: a rule in UTC that skips short months, corrected by the zone of the browser. */
function byRule(start: number, { freq, interval, count }: Recurrence, browser: string): number[] {
  const from = new Date(start)
  const starts: number[] = []
  for (let index = 0; starts.length < count; index += 1) {
    const months = (freq === 1 ? interval : interval * 12) * index
    const at =
      freq === 2
        ? start + index * interval * 7 * DAY
        : Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, from.getUTCDate()) +
          (start % DAY)
    const exists = freq === 2 || new Date(at).getUTCDate() === from.getUTCDate()
    const shift = (utcOffset(browser, at) - utcOffset(browser, start)) * 60_000
    if (exists) starts.push(at - shift)
  }
  return starts
}
