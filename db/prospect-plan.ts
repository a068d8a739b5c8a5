import type { InviteeFact, SlotFact } from '../domain/booking.ts'
import { normalizeEmail } from '../domain/email.ts'
import type { Knowledge } from './booking-knowledge.ts'
import type { ProspectRow } from './booking-rows.ts'
import { newId } from './ids.ts'

/** The person as they will be, and what people are told of it. */
export interface ProspectPlan {
  readonly row: ProspectRow
  readonly isDirty: boolean
  readonly change: 'created' | 'updated' | 'none'
  /** Who may see the prospect without seeing all: its owner and the hosts. */
  readonly watchers: readonly string[]
}

/**
 * The prospect after this booking. The latest booking tells the details and the first one the
 * owner, in whatever order they arrive; an owner set by hand stays.
 */
export function planProspect(
  { tx, booking, people, known }: Knowledge,
  { invitee, slot }: { readonly invitee: InviteeFact; readonly slot: SlotFact },
): ProspectPlan {
  const now = new Date().toISOString()
  const version = `${invitee.createdAt} ${invitee.uri}`
  const hosts = slot.hosts.flatMap(({ userUri }) => people.users.get(userUri) ?? [])
  const owner = hosts[0] ?? people.integrationUserId
  const was = known.prospect
  const details = {
    email: invitee.email,
    name: invitee.name,
    first_name: invitee.firstName,
    last_name: invitee.lastName,
    timezone: invitee.timezone,
    details_version: version,
  }
  if (was === null) {
    const row: ProspectRow = {
      organization_id: tx.organizationId,
      id: newId(),
      email_normalized: normalizeEmail(invitee.email),
      ...details,
      source: booking.event.provider,
      owner_user_id: owner,
      owner_fixed: false,
      owner_version: version,
      created_at: now,
      updated_at: now,
    }
    return { row, isDirty: true, change: 'created', watchers: [owner, ...hosts] }
  }
  const isLatest = version >= was.details_version
  const isFirst = version < was.owner_version && !was.owner_fixed
  const next: ProspectRow = {
    ...was,
    ...(isLatest && details),
    ...(isFirst && { owner_user_id: owner, owner_version: version }),
  }
  const isNews = SHOWN.some((column) => next[column] !== was[column])
  const watchers = [was.owner_user_id, next.owner_user_id, ...hosts].filter((id) => id !== null)
  return {
    row: isNews ? { ...next, updated_at: now } : next,
    isDirty: isNews || next.details_version !== was.details_version || isFirst,
    change: isNews ? 'updated' : 'none',
    watchers,
  }
}

const SHOWN = ['email', 'name', 'first_name', 'last_name', 'timezone', 'owner_user_id'] as const
