import { utcOffset } from './times.ts'

/** The wall clock of a zone at a moment, as if it were UTC. */
export function wallOf(moment: number, timeZone: string): number {
  return moment + utcOffset(timeZone, moment) * 60_000
}

/** The moment at which the wall clock of a zone shows this; what does not exist comes later. */
export function momentOf(wall: number, timeZone: string): number {
  const before = utcOffset(timeZone, wall - 86_400_000) * 60_000
  const guess = wall - before
  const after = utcOffset(timeZone, guess) * 60_000
  return wallOf(wall - after, timeZone) === wall ? wall - after : guess
}
