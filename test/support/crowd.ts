import assert from 'node:assert/strict'
import type { Stack } from '../../dev/stack.ts'
import { type Person, personOf } from './people.ts'
import type { StandingHook, Witness } from './sandbox-people.ts'

/** One of many who do what they like with an account of their own. */
export interface Member {
  readonly name: string
  readonly org: string
  readonly account: string
  readonly person: Person
  /** Null until the first connect. */
  integrationId: string | null
  isConnected: boolean
  /** Who booked with them while they were connected, or before and still to come. */
  readonly booked: string[]
}

/** What a member may do next. */
export type Deed = 'connect' | 'book' | 'reconnect' | 'disconnect'

/** How many of one organization, and how many organizations with one member each. */
interface Size {
  readonly users: number
  readonly organizations: number
}

/** In every run of the suites a small crowd; `ISOLATION_USERS=300 ISOLATION_ORGANIZATIONS=50` is all. */
export const CROWD: Size & { readonly seed: number } = {
  users: Number(process.env['ISOLATION_USERS'] ?? 36),
  organizations: Number(process.env['ISOLATION_ORGANIZATIONS'] ?? 6),
  seed: Number(process.env['ISOLATION_SEED'] ?? 4),
}

/** Promises everybody, each with an account at the provider, none of them connected. */
export function gather(stack: Stack, witness: Witness, size: Size): Promise<Member[]> {
  const names = [
    ...Array.from({ length: size.users }, (_, at) => [`user-${at}`, 'the-crowd']),
    ...Array.from({ length: size.organizations }, (_, at) => [`alone-${at}`, `org-${at}`]),
  ] as [string, string][]
  return inLanes(names, async ([name, org]) => {
    const account = `${name}@crowd.test`
    await witness.addAccount(account)
    const person = await personOf(stack, { sub: name, org, patienceMs: 60_000 })
    return { name, org, account, person, integrationId: null, isConnected: false, booked: [] }
  })
}

/** Does it, as a person would, and asserts that it came to what it should. */
export async function act(member: Member, deed: Deed, witness: Witness): Promise<void> {
  const { person, account, integrationId } = member
  if (deed === 'book') {
    const invitee = `pat-${member.booked.length}-of-${member.name}@prospect.test`
    await witness.book(account, invitee)
    member.booked.push(invitee)
    return
  }
  const outcome =
    deed === 'connect' || integrationId === null
      ? await person.connect(account)
      : await person.operate(integrationId, deed)
  const expected = deed === 'disconnect' ? 'disconnected' : 'live'
  assert.equal(outcome.outcome, expected, `${member.name} ${deed}: ${outcome.reason}`)
  member.integrationId ??= outcome.integrationId
  member.isConnected = deed !== 'disconnect'
}

/** What may follow what: nobody reconnects or disconnects what was never connected. */
export function nextDeed({ isConnected }: Member, chance: () => number): Deed {
  if (!isConnected) return 'connect'
  const drawn = chance()
  return drawn < 0.5 ? 'book' : drawn < 0.85 ? 'reconnect' : 'disconnect'
}

/** The hooks of everybody, by account. */
export async function hooksByAccount(witness: Witness): Promise<Map<string, StandingHook[]>> {
  const found = new Map<string, StandingHook[]>()
  for (const hook of await witness.hooks())
    found.set(hook.user_email, [...(found.get(hook.user_email) ?? []), hook])
  return found
}

/** As many at once as click within the same second in a large organization. */
const LANES = 12

/** Does the work for each item, twelve at a time; answers in the order of the items. */
export async function inLanes<T, R>(
  items: readonly T[],
  work: (item: T, at: number) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = []
  const rest = items.entries()
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (const [at, item] of rest) answers[at] = await work(item, at)
    }),
  )
  return answers
}
