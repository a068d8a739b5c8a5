/** One of our generations of a webhook, as our own rows know it. */
export interface OwnGeneration {
  readonly generation: number
  readonly endpoint: string
  readonly callbackUrl: string
  readonly state: 'creating' | 'live' | 'retired' | 'deleted'
  readonly accountUserUri: string | null
  readonly accountOrganizationUri: string | null
}

/** A webhook as the provider lists it. */
export interface ListedHook {
  readonly uri: string
  readonly callbackUrl: string
  readonly state: 'active' | 'disabled'
  readonly events: readonly string[]
  readonly scope: string
  readonly retryStartedAt: string | null
}

/** What should stand at the provider. */
export interface DesiredHook {
  readonly baseUrl: string
  readonly events: readonly string[]
  readonly scope: 'user' | 'organization'
  readonly accountUserUri: string | null
  /** The callback of a hook that looks well and does not bring what it should. */
  readonly distrusted?: string | null
}

/** A hook of ours that is to go, and why. */
export interface Surplus {
  readonly hook: ListedHook
  readonly why: string
}

/**
 * What one pass of a reconciliation does: make the hook that is missing, or keep the one that
 * stands and delete all others of ours. So three passes are enough from any state.
 */
export type ReconciliationStep =
  | { readonly do: 'create'; readonly generation: number | null; readonly why: string }
  | {
      readonly do: 'keep'
      readonly keep: ListedHook
      readonly generation: number
      readonly surplus: readonly Surplus[]
    }

/**
 * Compares what is wanted with what the provider lists. A hook is ours only when its callback
 * ends with an endpoint id that we issued, under any base URL; nothing else is ever touched.
 * An ill one is replaced first and deleted once the new one is listed, so no delivery is lost.
 */
export function nextStep(
  desired: DesiredHook,
  own: readonly OwnGeneration[],
  listed: readonly ListedHook[],
): ReconciliationStep {
  const ours = listed.flatMap((hook) => {
    const generation = own.find(({ endpoint }) => endpointOf(hook.callbackUrl) === endpoint)
    return generation === undefined ? [] : [{ hook, generation }]
  })
  const [keep] = ours
    .filter((pair) => illness(desired, pair) === undefined)
    .toSorted((a, b) => b.generation.generation - a.generation.generation)
  if (keep === undefined) return replacement(desired, own, ours)
  const surplus = ours
    .filter(({ hook }) => hook.uri !== keep.hook.uri)
    .map((pair) => ({ hook: pair.hook, why: illness(desired, pair) ?? 'duplicate' }))
  return { do: 'keep', keep: keep.hook, generation: keep.generation.generation, surplus }
}

interface Pair {
  readonly hook: ListedHook
  readonly generation: OwnGeneration
}

/** The opaque id at the end of a callback URL of ours, or undefined for anybody else's. */
export function endpointOf(callbackUrl: string): string | undefined {
  return /^https?:\/\/[^?#]+\/webhooks\/[a-z]+\/([A-Za-z0-9_-]{22,64})$/.exec(callbackUrl)?.[1]
}

function illness(desired: DesiredHook, { hook, generation }: Pair): string | undefined {
  if (generation.state === 'retired' || generation.state === 'deleted') return 'retired'
  if (hook.callbackUrl !== generation.callbackUrl) return 'wrong URL'
  if (!hook.callbackUrl.startsWith(`${desired.baseUrl}/`)) return 'old base URL'
  if (isOthers(desired, generation)) return 'other account'
  if (hook.state !== 'active') return 'disabled'
  if (hook.callbackUrl === desired.distrusted) return 'distrusted'
  if (hook.scope !== desired.scope) return 'wrong scope'
  const events = new Set(hook.events)
  if (desired.events.length !== events.size || desired.events.some((name) => !events.has(name)))
    return 'wrong events'
  return undefined
}

/** A generation made with another account's token serves that account, not this one. */
const isOthers = (desired: DesiredHook, { accountUserUri }: OwnGeneration): boolean =>
  accountUserUri !== null && accountUserUri !== desired.accountUserUri

/** A generation whose creation may have been lost is used again: its key is already stored. */
function replacement(
  desired: DesiredHook,
  own: readonly OwnGeneration[],
  ours: readonly Pair[],
): ReconciliationStep {
  const unseen = own.find(
    (generation) =>
      generation.state === 'creating' &&
      !isOthers(desired, generation) &&
      generation.callbackUrl.startsWith(`${desired.baseUrl}/`) &&
      !ours.some((pair) => pair.generation.endpoint === generation.endpoint),
  )
  const ill = ours[0]
  const why = ill === undefined ? 'missing' : (illness(desired, ill) ?? 'missing')
  return { do: 'create', generation: unseen?.generation ?? null, why }
}
