import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Table } from './store.ts'

export interface Fault {
  id: string
  provider: string
  kind: string
  route?: string
  user?: string
  event?: string
  hook?: string
  times?: number
  seconds?: number
  status?: number
  body?: unknown
  message?: string
  value?: unknown
  mode?: unknown
  role?: string
  scopes?: string[]
  /** Sandbox time at which the fault ends by itself. */
  until?: number
}

export interface FaultQuestion {
  provider: string
  kinds: readonly string[]
  /** `METHOD /path/:template` and the path as called, both without the provider's prefix. */
  route?: readonly string[]
  /** Every name the user goes by: email, uri, uuid, slug. */
  users?: readonly string[]
  event?: string
  hook?: string
}

export interface Faults {
  add: (fault: Omit<Fault, 'id'>) => Fault
  list: () => Fault[]
  clear: (provider: string | undefined) => void
  /** The first fault that fits, without using it up. */
  find: (question: FaultQuestion) => Fault | undefined
  /** The first fault that fits; one of its times is used up. */
  take: (question: FaultQuestion) => Fault | undefined
}

/** For these kinds `seconds` says how long the fault lasts in one call, not when it ends. */
const SECONDS_ARE_A_MEASURE = new Set(['hang', 'delay', 'stale-t', 'shuffle'])

/** Keeps the faults asked for by control, and says which of them fits a moment. */
export function createFaults(table: Table<Fault>, clock: Clock): Faults {
  function find(question: FaultQuestion): Fault | undefined {
    return table.all().find((fault) => isAlive(fault) && fits(fault, question))
  }

  function isAlive(fault: Fault): boolean {
    if (fault.until === undefined || fault.until > clock.now()) return true
    table.remove(fault.id)
    return false
  }

  return {
    find,
    list: () => table.all().filter(isAlive),
    add(asked) {
      const fault: Fault = { id: randomUUID(), ...asked }
      if (fault.seconds !== undefined && !SECONDS_ARE_A_MEASURE.has(fault.kind)) {
        fault.until = clock.now() + fault.seconds * 1000
      }
      table.put(fault)
      return fault
    },
    clear(provider) {
      for (const fault of table.all()) {
        if (provider === undefined || fault.provider === provider) table.remove(fault.id)
      }
    },
    take(question) {
      const fault = find(question)
      if (fault?.times === undefined) return fault
      fault.times -= 1
      if (fault.times <= 0) table.remove(fault.id)
      else table.put(fault)
      return fault
    },
  }
}

function fits(fault: Fault, question: FaultQuestion): boolean {
  if (fault.provider !== question.provider || !question.kinds.includes(fault.kind)) return false
  if (fault.user !== undefined && question.users?.includes(fault.user) !== true) return false
  if (fault.event !== undefined && fault.event !== question.event) return false
  if (fault.hook !== undefined && fault.hook !== question.hook) return false
  return fault.route === undefined || fitsRoute(fault.route, question)
}

function fitsRoute(wanted: string, { provider, route = [] }: FaultQuestion): boolean {
  const [first = '', second] = wanted.trim().split(/\s+/)
  const path = (second ?? first).replace(`/${provider}/`, '/')
  const method = second === undefined ? undefined : first.toUpperCase()
  return route.some((called) => {
    const [calledMethod, calledPath = ''] = called.split(' ')
    if (method !== undefined && method !== calledMethod) return false
    return path.endsWith('*') ? calledPath.startsWith(path.slice(0, -1)) : calledPath === path
  })
}
