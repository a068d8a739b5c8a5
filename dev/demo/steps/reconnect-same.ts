import { machineMs } from '../machine-clock.ts'
import { nextBookingArrives } from '../next-booking.ts'
import { renew } from '../renewal.ts'
import type { Account } from '../setting.ts'
import type { Step } from '../step.ts'
import type { World } from '../world.ts'

/**
 * The account that was connected is connected again: first with access that still lives, then
 * with a grant that the person has taken back. Sabotaged, the grant is dead from the beginning.
 */
export const reconnectSame: Step = {
  name: 'reconnect-same',
  shows: 'the same account again: by the token, and with a dead grant by consent',
  together: 'changes',
  async run(world, isSabotaged) {
    const account = await world.fresh()
    const takeBack = () => world.control.fault({ kind: 'app-revoked', user: account.email })
    if (isSabotaged) await takeBack()
    const begun = machineMs()
    const quiet = await reconnectOnce(world, account)
    await takeBack()
    const asked = await reconnectOnce(world, account)
    return {
      ok: isRenewed(quiet) && !quiet.wasAsked && isRenewed(asked) && asked.wasAsked,
      ms: machineMs() - begun,
      evidence: {
        integration: account.integrationId,
        ...told('', quiet),
        ...told('deadGrant', asked),
      },
    }
  },
}

interface Renewed {
  readonly outcome: string | null
  readonly wasAsked: boolean
  readonly generations: readonly [number, number]
  readonly shownGenerations: readonly [number, number]
  /** The states that the provider has for the refresh tokens of before. */
  readonly oldTokens: readonly string[]
  readonly liveTokens: number
  readonly hooks: number
  readonly isSameIntegration: boolean
  readonly isNextBooked: boolean
}

async function reconnectOnce(world: World, account: Account): Promise<Renewed> {
  const { control } = world
  const before = await lookAt(world, account)
  const renewed = await renew(world, account)
  const after = await lookAt(world, account)
  const old = new Set(before.refreshTokens.map(({ sha256 }) => sha256))
  const hooks = await control.hooksOf(account.email)
  return {
    ...renewed,
    generations: [before.generation, after.generation],
    shownGenerations: [before.shown, after.shown],
    oldTokens: after.refreshTokens
      .filter(({ sha256 }) => old.has(sha256))
      .map(({ state }) => state),
    liveTokens: after.refreshTokens.filter(({ state }) => state === 'live').length,
    hooks: hooks.filter(({ state }) => state === 'active').length,
    isSameIntegration: after.hook === hooks[0]?.uri,
    isNextBooked: await nextBookingArrives(world, account),
  }
}

async function lookAt({ control }: World, { email, rest, integrationId }: Account) {
  const tokens = await control.tokensOf(email)
  const shown = await rest.integration(integrationId)
  const refreshTokens = (tokens?.chain ?? []).filter(({ kind }) => kind === 'refresh')
  return {
    generation: refreshTokens.length,
    shown: shown.token_generation ?? 0,
    hook: shown.webhook_subscription_uri,
    refreshTokens,
  }
}

const isRenewed = (it: Renewed): boolean =>
  it.outcome === 'live' &&
  it.generations[1] > it.generations[0] &&
  it.shownGenerations[1] > it.shownGenerations[0] &&
  it.oldTokens.length > 0 &&
  it.oldTokens.every((state) => state !== 'live') &&
  it.liveTokens === 1 &&
  it.hooks === 1 &&
  it.isSameIntegration &&
  it.isNextBooked

const told = (start: string, it: Renewed) =>
  Object.fromEntries(
    Object.entries({
      Outcome: it.outcome,
      Consent: it.wasAsked,
      Generations: it.shownGenerations.join(' → '),
      OldRefreshTokens: it.oldTokens.join(', '),
      ActiveHooks: it.hooks,
      NextBooking: it.isNextBooked,
    }).map(([name, value]) => [
      start === '' ? name[0]?.toLowerCase() + name.slice(1) : `${start}${name}`,
      value,
    ]),
  )
