import { setTimeout as pause } from 'node:timers/promises'
import { answerConsent } from '../../dev/demo/answer-consent.ts'
import { callJson } from '../../dev/demo/json-client.ts'
import type { Stack } from '../../dev/stack.ts'

/** An integration as REST shows it, as far as these tests look. */
export interface IntegrationLook {
  readonly id: string
  readonly status: string
  readonly reason: string | null
  readonly next_step: string | null
  readonly webhook_active: boolean
  readonly webhook_subscription_uri: string | null
  readonly callback_url: string | null
  readonly token_generation: number | null
  readonly provider_account_email: string | null
  readonly provider_user_uri: string | null
  readonly is_active: boolean
}

/** A link to the provider's consent, and the attempt that it belongs to. */
interface Asked {
  readonly attemptId: string
  readonly authorizeUrl: string
}

/** How an operation went that a person asked for. */
export interface Outcome {
  readonly outcome: string | null
  readonly reason: string | null
  readonly integrationId: string | null
  /** From the click to the outcome read by REST. */
  readonly ms: number
  /** Where consent was needed first: the way to it. */
  readonly asked?: Asked
}

/** Somebody of ours, over HTTP only, with the running processes. */
export interface Person {
  readonly token: string
  readonly get: <T>(path: string) => Promise<T>
  readonly post: <T>(path: string, json?: unknown) => Promise<T>
  /** Connects an account of the provider as a browser does, and waits for the outcome. */
  readonly connect: (email: string) => Promise<Outcome>
  /** Approves at the provider what an operation asked for, and waits for the outcome. */
  readonly approve: (asked: Asked, email: string) => Promise<Outcome>
  /** Asks for an operation and waits for its outcome. */
  readonly operate: (id: string, kind: 'reconnect' | 'disconnect') => Promise<Outcome>
  readonly integration: (id: string) => Promise<IntegrationLook>
  /** Every item of a list, all pages. */
  readonly all: <T>(path: string) => Promise<T[]>
}

/** Who somebody is, and how long they wait. */
export interface Who {
  readonly sub: string
  readonly org: string
  readonly role?: 'admin' | 'member'
  readonly patienceMs?: number
}

/** Promises somebody who talks to this stack. */
export async function personOf(
  stack: Pick<Stack, 'urls' | 'token'>,
  { patienceMs = 30_000, role = 'member', ...who }: Who,
): Promise<Person> {
  const { api, sandbox } = stack.urls
  const token = await stack.token({ ...who, role })
  const get = <T>(path: string): Promise<T> => callJson<T>(`${api}${path}`, { token })
  const post = <T>(path: string, json?: unknown): Promise<T> =>
    callJson<T>(`${api}${path}`, { method: 'POST', token, json })

  async function outcomeOf(attemptId: string, since: number): Promise<Outcome> {
    for (const end = performance.now() + patienceMs; performance.now() < end; ) {
      const { outcome, reason, integrationId } = await get<Outcome>(
        `/api/connect-attempts/${attemptId}`,
      )
      const ms = performance.now() - since
      if (outcome !== null) return { outcome, reason, integrationId, ms }
      await pause(LOOK_EVERY_MS)
    }
    throw new Error(`no outcome within ${patienceMs} ms`)
  }

  async function approve({ attemptId, authorizeUrl }: Asked, email: string): Promise<Outcome> {
    const since = performance.now()
    const userUri = await accountUri(sandbox, email)
    await answerConsent(authorizeUrl, { decision: 'approve', userUri })
    return outcomeOf(attemptId, since)
  }

  return {
    token,
    get,
    post,
    connect: async (email) =>
      approve(await post('/api/integrations/calendly/connect', { loginHint: email }), email),
    approve,
    operate: async (id, kind) => {
      const since = performance.now()
      const told = await post<Told>(`/api/integrations/${id}/${kind}`)
      const { attemptId, authorizeUrl, outcome } = told
      const ms = performance.now() - since
      if (attemptId !== null && authorizeUrl !== undefined)
        return { ...NOTHING_YET, ms, asked: { attemptId, authorizeUrl } }
      if (outcome !== null || attemptId === null)
        return { ...NOTHING_YET, outcome, integrationId: id, ms }
      return outcomeOf(attemptId, since)
    },
    integration: (id) => get(`/api/integrations/${id}`),
    all: async <T>(path: string): Promise<T[]> => {
      const items: T[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: { items: T[]; next_cursor: string | null } = await get(
          `${path}?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
        )
        items.push(...page.items)
        cursor = page.next_cursor
      }
      return items
    },
  }
}

/** As often as a front end looks: many who look more often are a load of their own. */
const LOOK_EVERY_MS = 250

interface Told {
  readonly attemptId: string | null
  readonly authorizeUrl?: string
  readonly outcome: string | null
}

const NOTHING_YET = { outcome: null, reason: null, integrationId: null }

const uris = new Map<string, string>()

/** The provider's name for an account: asked once, the list is long. */
async function accountUri(sandbox: string, email: string): Promise<string> {
  const key = `${sandbox} ${email}`
  if (!uris.has(key)) {
    const { users } = await callJson<{ users: { email: string; uri: string }[] }>(
      `${sandbox}/control/calendly/users`,
    )
    for (const user of users) uris.set(`${sandbox} ${user.email}`, user.uri)
  }
  return uris.get(key) ?? ''
}
