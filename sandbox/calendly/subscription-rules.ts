import type { Calendly } from './context.ts'
import { idOf, namesOf, roleOf } from './context.ts'
import { familyOf } from './event-families.ts'
import type { Caller } from './gate.ts'
import { checkGroup } from './group-access.ts'
import { allows } from './oauth-app.ts'
import type { Detail } from './problems.ts'
import { invalidArgument, permissionDenied, problem } from './problems.ts'

export interface Wanted {
  url: string
  events: string[]
  organization: string
  scope: string
  user: string | undefined
  group: string | undefined
}

/** Throws the 400 that names each wrong field; a missing event scope is one of them. */
export function checkFields(calendly: Calendly, wanted: Wanted, caller: Caller): void {
  const details: Detail[] = []
  const complaint = urlComplaint(wanted.url, calendly.read('callbacks'))
  if (complaint !== undefined) details.push({ parameter: 'url', message: complaint })
  if (!['user', 'organization', 'group'].includes(wanted.scope)) {
    details.push({ parameter: 'scope', message: 'is not included in the list' })
  }
  if (wanted.scope === 'user' && wanted.user === undefined) {
    details.push({ parameter: 'user', message: 'is missing' })
  }
  if (wanted.scope === 'group' && wanted.group === undefined) {
    details.push({ parameter: 'group', message: 'is missing' })
  }
  if (wanted.events.length === 0) details.push({ parameter: 'events', message: 'must be filled' })
  for (const event of wanted.events) {
    const family = familyOf(event)
    if (family === undefined) {
      details.push({ parameter: 'events', message: `${event} is not included in the list` })
    } else if (!family.scopes.includes(wanted.scope)) {
      details.push({ parameter: 'events', message: `${event} is not allowed for this scope` })
    } else if (!allows(caller.scope, family.reads)) {
      details.push({ parameter: 'events', message: `${event} requires the scope ${family.reads}` })
    }
  }
  if (details.length > 0) throw invalidArgument(details)
}

/** Throws the 403 of role, identity or plan. */
export function checkRights(calendly: Calendly, wanted: Wanted, caller: Caller): void {
  const { user } = caller
  checkPlan(calendly, wanted, caller)
  if (idOf(wanted.organization) !== user.organization) {
    throw permissionDenied('You do not have permission to access this resource.')
  }
  if (wanted.scope === 'user' && wanted.user !== caller.uri) {
    const other = calendly.world.users.get(idOf(wanted.user ?? ''))
    throw permissionDenied(
      other?.organization === user.organization
        ? 'You do not have permission'
        : 'You do not have permission to access this resource.',
    )
  }
  if (wanted.scope === 'organization' && roleOf(calendly, user) === 'user') {
    throw permissionDenied('You do not have permission')
  }
  if (wanted.scope === 'group') checkGroup(calendly, caller, wanted.group ?? '')
}

/** Throws the 409 when the exact URL is already hooked in its domain. */
export function checkUnique({ world, read }: Calendly, wanted: Wanted): void {
  const isGlobal = read('uniqueUrls') === 'global'
  const clash = world.hooks
    .by('url', wanted.url)
    .some((hook) => isGlobal || hook.organization === idOf(wanted.organization))
  if (clash) throw problem(409, 'Already Exists', { message: 'Hook with this url already exists' })
}

function checkPlan(calendly: Calendly, wanted: Wanted, { user }: Caller): void {
  const users = namesOf(calendly, user)
  const fault = calendly.faults.take({ provider: 'calendly', kinds: ['plan-refused'], users })
  if (fault !== undefined) {
    throw permissionDenied(fault.message ?? 'Please upgrade to a paid Calendly account.')
  }
  const legacy = calendly.read('legacyPlans')
  const isRefused = legacy !== 'off' || wanted.events.some((event) => familyOf(event)?.isPaid)
  if (user.plan !== 'free' || !isRefused) return
  if (legacy === 'off') throw permissionDenied('Please upgrade to a paid Calendly account.')
  const plan = legacy === 'standard' ? 'Standard' : 'Professional'
  throw permissionDenied(`Please upgrade your Calendly account to ${plan}`)
}

function urlComplaint(url: string, policy: string): string | undefined {
  if (!URL.canParse(url)) return 'is invalid'
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return 'is invalid'
  if (policy === 'https' && protocol !== 'https:') return 'must use https'
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  return policy !== 'local' && isLocal ? 'must be publicly reachable' : undefined
}
