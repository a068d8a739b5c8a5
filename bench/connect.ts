import { setTimeout as pause } from 'node:timers/promises'
import { createBrowser } from '../dev/demo/browser.ts'
import type { Stack } from '../dev/stack.ts'

/** A live integration and what a sender of deliveries must know of it. */
export interface Connected {
  readonly integrationId: string
  readonly callbackUrl: string
  readonly userUri: string
  readonly email: string
}

/** Far more than the five seconds a person is promised. */
const WITHIN_MS = 30_000

/** Promises a live Calendly integration, connected at the sandbox the way a person does it. */
export async function connectCalendly(stack: Stack, token: string): Promise<Connected> {
  const email = 'bench-host@rendezvous.test'
  await call(`${stack.urls.sandbox}/control/calendly/users`, {
    body: { email, name: 'Bench Host' },
  })
  const api = stack.urls.api
  const { attemptId, authorizeUrl } = await call<{ attemptId: string; authorizeUrl: string }>(
    `${api}/api/integrations/calendly/connect`,
    { token, body: { scope: 'user' } },
  )
  await consent(authorizeUrl, email)
  const attempt = await settled(`${api}/api/connect-attempts/${attemptId}`, token)
  if (attempt.outcome !== 'live')
    throw new Error(`connecting ended ${attempt.outcome}: ${attempt.reason}`)
  const { integrationId } = attempt
  const row = await call<{ callback_url: string; provider_user_uri: string }>(
    `${api}/api/integrations/${integrationId}`,
    { token },
  )
  return { integrationId, callbackUrl: row.callback_url, userUri: row.provider_user_uri, email }
}

/** Goes on from our page to the provider's, agrees there, and comes back. */
async function consent(authorizeUrl: string, user: string): Promise<void> {
  const browser = createBrowser()
  const asked = await browser.submit(await browser.open(authorizeUrl), {})
  const back = await browser.submit(asked, { user, decision: 'approve' })
  if (back.status !== 200) throw new Error(`the callback answered ${back.status}`)
}

interface Attempt {
  readonly outcome: string | null
  readonly reason: string | null
  readonly integrationId: string
}

async function settled(url: string, token: string): Promise<Attempt> {
  for (const end = Date.now() + WITHIN_MS; Date.now() < end; await pause(100)) {
    const attempt = await call<Attempt>(url, { token })
    if (attempt.outcome !== null) return attempt
  }
  throw new Error('connecting took too long')
}

async function call<Answer>(
  url: string,
  { token, body }: { token?: string; body?: object },
): Promise<Answer> {
  const answer = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}
