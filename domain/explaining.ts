import { DOUBT_WORDS } from './doubt-words.ts'
import type { DoubtReason } from './doubt.ts'
import { clockOf, type Finding, finding, withDetail } from './finding.ts'
import type { Health } from './integration-status.ts'
import { findingsOf } from './owner-findings.ts'
import type { OwnerState } from './owner-state.ts'

/** What is known of the owner: its own state, that none runs, or that nobody answered for it. */
export type OwnerAnswer =
  | { readonly kind: 'told'; readonly state: OwnerState }
  | { readonly kind: 'gone' | 'workerDown' | 'engineDown' }

/** Everything that can be the answer to "why?". */
export interface Circumstances {
  readonly now: number
  readonly owner: OwnerAnswer
  /** What the row shows. */
  readonly row: Health & { readonly callbackUrl: string | null }
  /** The present public base of the ingress. */
  readonly baseUrl: string
  readonly openGaps: readonly { readonly reason: DoubtReason; readonly openedAt: number }[]
  /** What still stands at an account that was left. */
  readonly debts: readonly { readonly lastError: string | null; readonly expiresAt: number }[]
  readonly parked: { readonly count: number; readonly reason: string | null }
}

/** What is wrong, the most pressing first; `well` alone when nothing is. */
export function explain(circumstances: Circumstances): readonly Finding[] {
  const { owner, now } = circumstances
  const own = owner.kind === 'told' ? findingsOf(owner.state, now) : ofRow(circumstances.row)
  const found = [
    ...ofProcesses(circumstances),
    ...own.filter(({ code }) => !ARE_MILD.has(code) && code !== 'byHand'),
    ...ofMove(circumstances, own),
    ...own.filter(({ code }) => ARE_MILD.has(code)),
    ...ofDebts(circumstances, own),
    ...ofParked(circumstances),
    ...ofGaps(circumstances, own),
    ...ofForeign(circumstances),
    // No illness, but nothing else may be promised of it.
    ...own.filter(({ code }) => code === 'byHand'),
  ]
  return found.length === 0 ? [WELL] : found
}

/** A webhook that is being replaced says less than the new address it is replaced for. */
const ARE_MILD: ReadonlySet<Finding['code']> = new Set([
  'hookReplaced',
  'hookMissing',
  'retrying',
  'trouble',
])

const WELL = finding('well', 'Everything works: bookings arrive.', 'Nothing to do.')

function ofProcesses({ owner, row }: Circumstances): readonly Finding[] {
  if (owner.kind === 'engineDown') return [ENGINE_DOWN]
  if (owner.kind === 'workerDown') return [WORKER_DOWN]
  return owner.kind === 'gone' && row.status !== 'disconnected' ? [OWNER_GONE] : []
}

const ENGINE_DOWN = finding(
  'engineDown',
  'The workflow engine (Temporal) does not answer, so nothing is checked, renewed or fetched.',
  'Start it, or correct TEMPORAL_ADDRESS. Deliveries are taken and kept meanwhile.',
)
const WORKER_DOWN = finding(
  'workerDown',
  'No worker answers, so nothing is checked, renewed or fetched.',
  'Start the worker process, and look at its log if it runs. Deliveries are taken and kept meanwhile.',
)
const OWNER_GONE = finding(
  'ownerGone',
  'No workflow looks after this integration any more.',
  'Ask for a reconcile to start it now, else it is started within ten minutes.',
)

/** Nobody could be asked: what the owner wrote last. */
function ofRow({ status, reason, nextStep }: Health): readonly Finding[] {
  if (reason !== null) return [finding('reported', reason, nextStep ?? 'Nothing to do.')]
  if (status !== 'disconnected') return []
  return [finding('disconnected', 'The account is disconnected.', 'Reconnect to use it again.')]
}

function ofMove({ row, baseUrl }: Circumstances, own: readonly Finding[]): readonly Finding[] {
  const { callbackUrl } = row
  if (callbackUrl === null || callbackUrl.startsWith(`${baseUrl}/`)) return []
  const former = URL.canParse(callbackUrl) ? new URL(callbackUrl).origin : callbackUrl
  return [
    finding(
      'movedUrl',
      `API_URL is ${baseUrl} now, and the webhook still calls ${former}.`,
      own.some(({ code }) => code === 'byHand' || code === 'waitingForFirstDelivery')
        ? 'Connect again for a new URL, and enter that at the provider.'
        : 'Ask for a reconcile to move it now, else it moves at the next look.',
    ),
  ]
}

function ofDebts({ debts }: Circumstances, own: readonly Finding[]): readonly Finding[] {
  const [debt] = debts
  if (debt === undefined || own.some(({ code }) => code === 'debt')) return []
  const until = clockOf(Math.max(...debts.map(({ expiresAt }) => expiresAt)))
  const found = finding(
    'debt',
    'Something of ours still stands at an account that was left.',
    `Nothing to do: removing it is tried until ${until}; "forget now" gives up at once.`,
  )
  return [debt.lastError === null ? found : withDetail(found, debt.lastError)]
}

function ofParked({ parked: { count, reason } }: Circumstances): readonly Finding[] {
  if (count === 0) return []
  const what = count === 1 ? '1 event waits' : `${count} events wait`
  const why = reason === null ? '' : ` (${reason.replace(/\.$/, '')})`
  return [
    finding(
      'parked',
      `${what} for something that is missing${why}.`,
      'Add what is missing, or retry or drop them under parked events.',
    ),
  ]
}

/** A doubt that the owner tells of itself need not be told again. */
function ofGaps({ openGaps }: Circumstances, own: readonly Finding[]): readonly Finding[] {
  const gap = openGaps.find(({ reason }) => !own.some(({ code }) => code === reason))
  if (gap === undefined || own.length > 0) return []
  return [
    finding(
      'gap',
      `${DOUBT_WORDS[gap.reason]} from ${clockOf(gap.openedAt)} on.`,
      'Nothing to do: the bookings of that time are being fetched.',
    ),
  ]
}

function ofForeign({ owner }: Circumstances): readonly Finding[] {
  const count = owner.kind === 'told' ? (owner.state.hook.foreign ?? 0) : 0
  if (count === 0 || owner.kind !== 'told' || owner.state.hook.state !== 'live') return []
  const what = count === 1 ? 'One webhook' : `${count} webhooks`
  return [
    finding(
      'foreignHook',
      `${what} that we did not make also hear${count === 1 ? 's' : ''} of this account's bookings.`,
      'Leave it if another system needs it, else remove it by name under hooks.',
    ),
  ]
}
