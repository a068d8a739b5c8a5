import {
  type DesiredHook,
  endpointOf,
  type ListedHook,
  nextStep,
  type OwnGeneration,
} from './reconciliation.ts'

/** What a person can ask of the hooks at an account. */
export type HookTaskKind = 'list' | 'sweep' | 'remove'

/** An endpoint that we issued, to whichever integration. */
export interface IssuedEndpoint {
  readonly endpoint: string
  /** Null where it belongs to another organization. */
  readonly integrationId: string | null
  /** Its integration is not disconnected. */
  readonly isInUse: boolean
}

/** A hook at the provider, with what it is to us. */
export interface ClassifiedHook {
  readonly uri: string
  readonly callbackUrl: string
  readonly scope: string
  readonly events: readonly string[]
  /** Ours where it ends with an endpoint that we issued, under whichever base URL. */
  readonly whose: 'ours' | 'ours, old base' | 'foreign'
  readonly state: 'active' | 'retrying' | 'disabled'
  /** Live for this integration, of use to another one of ours, or a stray; null where foreign. */
  readonly use: 'live' | 'elsewhere' | 'stray' | null
}

/** Everything it takes to tell the hooks of one account apart. */
export interface HookSurvey {
  readonly integrationId: string
  readonly desired: DesiredHook
  readonly own: readonly OwnGeneration[]
  readonly issued: readonly IssuedEndpoint[]
  readonly listed: readonly ListedHook[]
}

/** Tells of each listed hook whose it is and whether it is in use. */
export function classifyHooks(survey: HookSurvey): ClassifiedHook[] {
  const { desired, own, listed } = survey
  const step = nextStep(desired, own, listed)
  return listed.map((hook): ClassifiedHook => {
    const { uri, callbackUrl, scope, events } = hook
    const issued = survey.issued.find(({ endpoint }) => endpoint === endpointOf(callbackUrl))
    const isRetrying = hook.state === 'active' && hook.retryStartedAt !== null
    const state: ClassifiedHook['state'] = isRetrying ? 'retrying' : hook.state
    const told = { uri, scope, events, state }
    if (issued === undefined)
      return { ...told, callbackUrl: withoutSecrets(callbackUrl), whose: 'foreign', use: null }
    const isPresent = callbackUrl.startsWith(`${desired.baseUrl}/`)
    const whose = isPresent ? 'ours' : 'ours, old base'
    return { ...told, callbackUrl, whose, use: useOf(survey, { hook, issued, step }) }
  })
}

interface Candidate {
  readonly hook: ListedHook
  readonly issued: IssuedEndpoint
  readonly step: ReturnType<typeof nextStep>
}

function useOf(
  { integrationId, own }: HookSurvey,
  { hook, issued, step }: Candidate,
): ClassifiedHook['use'] {
  if (issued.integrationId !== integrationId) {
    const isStray = issued.integrationId !== null && !issued.isInUse
    return isStray ? 'stray' : 'elsewhere'
  }
  if (step.do === 'keep') return step.keep.uri === hook.uri ? 'live' : 'stray'
  // None is healthy: the one in use, however ill, stays until a new one is listed.
  const generation = own.find(({ endpoint }) => endpoint === issued.endpoint)
  return generation?.state === 'live' || generation?.state === 'creating' ? 'live' : 'stray'
}

/** Query and user part of somebody else's URL may be a secret of theirs. */
function withoutSecrets(callbackUrl: string): string {
  if (!URL.canParse(callbackUrl)) return '…'
  const { origin, pathname, search } = new URL(callbackUrl)
  return `${origin}${pathname}${search === '' ? '' : '?…'}`
}
