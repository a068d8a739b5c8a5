/** `…T10:00:00Z`, as most payloads write a moment. */
export function zulu(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`
}

/** `…T10:00:00+00:00`, as a cancellation writes it. */
export function withOffset(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 19)}+00:00`
}

/** `…T10:00:00.000Z`, as a rejection and the API write it. */
export function withMilliseconds(moment: number): string {
  return new Date(moment).toISOString()
}

/** How many minutes a zone is ahead of UTC at a moment. */
export function utcOffset(timeZone: string, moment: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(moment)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  return Math.round((wall - Math.floor(moment / 60_000) * 60_000) / 60_000)
}
