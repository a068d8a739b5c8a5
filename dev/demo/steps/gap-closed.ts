import { atRest } from '../at-rest.ts'
import { machineMs } from '../machine-clock.ts'
import type { Account } from '../setting.ts'
import type { Step } from '../step.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

/** A pass and a sync over the gap, on a machine that does other things. */
const CLOSES_WITHIN_MS = 30_000

/** Who has booked before the gap, and who books in it. */
const BEFORE = ['cancelled', 'moved', 'absent'] as const
const WITHIN = ['one', 'two'] as const

/** How many deliveries of each kind tell of what happens in the gap. */
const LOST = { 'invitee.created': 3, 'invitee.canceled': 2, 'invitee_no_show.created': 1 } as const

/**
 * The provider loses every delivery of five bookings and then disables the hook. Sabotaged, it
 * loses one booking's fewer.
 */
export const gapClosed: Step = {
  name: 'gap-closed',
  shows: 'five lost: two new, one cancelled, one moved, one no-show; closing finds just those',
  together: 'changes',
  async run(world, isSabotaged) {
    const { control } = world
    const account = await world.fresh()
    const { email: user, rest, integrationId } = account
    const guests = await bookBefore(world, account)
    await lookedAgain(account)
    await lose(world, user, isSabotaged)
    await control.change(guests.cancelled.invitee, 'cancel')
    await control.change(guests.moved.invitee, 'reschedule')
    await control.change(guests.absent.invitee, 'no-show')
    const added = WITHIN.map((name) => `${world.unique(name)}@demo.example`)
    for (const email of added) await control.book(user, { email, name: 'Greta Gap' })
    const lost = await lostOf(world, user, isSabotaged)
    for (const { uuid } of await control.hooksOf(user)) await control.disableHook(uuid)

    const begun = machineMs()
    await rest.operate(integrationId, 'reconcile')
    const { seen: gaps, at } = await until(
      () => rest.gaps(integrationId),
      (all) => all.length > 0 && all.every(({ closed_at: closed }) => closed !== null),
      CLOSES_WITHIN_MS,
    )
    const [gap] = gaps
    const emails = [...Object.values(guests).map(({ email }) => email), ...added]
    const right = await rightOnes(world, account, emails)
    return {
      ok:
        gaps.length === 1 &&
        gap?.reason === 'hookDisabled' &&
        gap.recovered === 5 &&
        gap.provider_count === 5 &&
        gap.own_count === 5 &&
        right === emails.length,
      ms: at - begun,
      evidence: {
        gap: gap?.id ?? null,
        gaps: gaps.length,
        lostDeliveries: lost,
        found: gap?.recovered ?? null,
        countedAtProvider: gap?.provider_count ?? null,
        countedHere: gap?.own_count ?? null,
        recordsLikeLedger: `${right} of ${emails.length}`,
      },
    }
  },
}

type Guests = Record<(typeof BEFORE)[number], { email: string; invitee: string }>

async function bookBefore(world: World, { email: user, rest }: Account): Promise<Guests> {
  const entries = []
  for (const name of BEFORE) {
    const email = `${world.unique(name)}@demo.example`
    const { invitee } = await world.control.book(user, { email, name: 'Bea Before' })
    entries.push([name, { email, invitee }])
  }
  const guests = Object.fromEntries(entries) as Guests
  for (const { email } of Object.values(guests))
    await until(
      () => rest.meetings(email),
      (meetings) => meetings.length === 1,
      world.patienceMs,
    )
  return guests
}

/** Everything fetched, then a look at a healthy hook: up to here nothing can be missing. */
async function lookedAgain(account: Account): Promise<void> {
  await atRest(account)
  const { rest, integrationId } = account
  const { checked_at: before } = await rest.integration(integrationId)
  await rest.operate(integrationId, 'reconcile')
  const { isGood } = await until(
    () => rest.integration(integrationId),
    ({ checked_at: at }) => at !== before,
    CLOSES_WITHIN_MS,
  )
  if (!isGood) throw new Error('the integration did not look at its hook')
}

async function lose({ control }: World, user: string, isSabotaged: boolean): Promise<void> {
  for (const [event, times] of Object.entries(LOST))
    if (!isSabotaged || event !== 'invitee_no_show.created')
      await control.fault({ kind: 'lose', user, event, times })
}

/** How many of the deliveries about this host the ledger has as lost, once all are. */
async function lostOf(world: World, user: string, isSabotaged: boolean): Promise<number> {
  const bookings = await world.control.bookingsWith(user)
  const total = Object.values(LOST).reduce((sum, times) => sum + times, 0)
  const { seen } = await until(
    () => world.control.deliveriesOf(bookings.map(({ invitee }) => invitee)),
    (all) => all.filter(({ outcome }) => outcome === 'lost').length >= total,
    isSabotaged ? 0 : world.patienceMs,
  )
  return seen.filter(({ outcome }) => outcome === 'lost').length
}

/** How many people's meetings are as the ledger has their bookings. */
async function rightOnes(
  { control }: World,
  { rest }: Account,
  emails: readonly string[],
): Promise<number> {
  let right = 0
  for (const email of emails) {
    const last = (await control.bookingsOf(email)).at(-1)
    const [meeting, ...others] = await rest.meetings(email)
    const invitee = meeting?.invitees.find((it) => it.email === email)
    const isRight =
      others.length === 0 &&
      meeting?.status === last?.status &&
      Date.parse(meeting?.start_at ?? '') === Date.parse(last?.start_time ?? '') &&
      invitee?.no_show === last?.no_show
    if (isRight) right += 1
  }
  return right
}
