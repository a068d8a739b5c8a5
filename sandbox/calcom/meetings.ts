import { randomUUID } from 'node:crypto'
import type { Desk } from './bookings.ts'
import { audienceOf } from './hook-owners.ts'
import type { Booking, Scheduled } from './world.ts'

/** Arms MEETING_STARTED and MEETING_ENDED for the hooks that want them now. */
export function scheduleMeetings(desk: Desk, { uid, start, end }: Booking): void {
  const { calcom } = desk
  const moments = { MEETING_STARTED: start, MEETING_ENDED: end }
  for (const [trigger, at] of Object.entries(moments)) {
    for (const { id: hook } of audienceOf(calcom, { trigger, uid })) {
      const scheduled = { id: randomUUID(), hook, uid, trigger, at }
      calcom.world.scheduled.put(scheduled)
      arm(desk, scheduled)
    }
  }
}

/** Forgets what waited for a booking that will not take place. */
export function unscheduleMeetings({ calcom }: Desk, { uid }: Booking): void {
  for (const { id } of calcom.world.scheduled.by('uid', uid)) calcom.world.scheduled.remove(id)
}

/** Arms again what an earlier process left. */
export function resumeMeetings(desk: Desk): void {
  for (const scheduled of desk.calcom.world.scheduled.all()) arm(desk, scheduled)
}

/** The row is gone before the answer comes: at most once. */
function arm(desk: Desk, { id, at }: Scheduled): void {
  const { world, clock } = desk.calcom
  clock.at(at, () => {
    const waiting = world.scheduled.get(id)
    world.scheduled.remove(id)
    const hook = world.hooks.get(waiting?.hook ?? '')
    if (waiting === undefined || hook === undefined) return
    void desk.dispatcher.tellHook(hook, { trigger: waiting.trigger, uid: waiting.uid })
  })
}
