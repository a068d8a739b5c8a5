import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { callJson } from '../../dev/demo/json-client.ts'
import { until } from '../../dev/demo/until.ts'
import { fieldsOf } from '../api/consenting.ts'

/** What a consent leaves in the hands of a browser. */
export interface Consented {
  readonly ticket: string
  readonly state: string
  readonly code: string
  readonly cookie: string
  readonly integrationId: string
}

/** Our API as one person uses it, and the sandbox's control. */
export interface Hands {
  readonly get: <T>(path: string) => Promise<T>
  readonly post: <T>(path: string, json?: object) => Promise<T>
  readonly control: <T>(path: string, json?: object) => Promise<T>
}

interface Meeting {
  readonly status: string
  readonly start_at: string
}

interface Invitee {
  readonly uri: string
}

/** The host's and the invitee's canaries: no other text of a run contains any of them. */
export const HOST = 'canary-host@canary.example'
export const GUEST = { email: 'canary.guest@canary.example', name: 'Canary Guestname' }
/** Put together here: the repository holds no text that looks like a live key. */
export const CAL_KEY = ['cal', 'live', 'canary0123456789abcdef0123456789'].join('_')

/** How long to wait for what does not come. */
const PATIENCE_MS = 30_000

/** The hands of the person with this token. */
export function handsOf(urls: { api: string; sandbox: string }, token: string): Hands {
  return {
    get: (path) => callJson(`${urls.api}/api/${path}`, { token }),
    post: (path, json = {}) => callJson(`${urls.api}/api/${path}`, { method: 'POST', token, json }),
    control: (path, json) =>
      callJson(
        `${urls.sandbox}/control/${path}`,
        json === undefined ? {} : { method: 'POST', json },
      ),
  }
}

/** Connects as a person does, by hand, so that every secret on the way is seen. */
export async function consent({ get, post }: Hands): Promise<Consented> {
  const { attemptId, authorizeUrl } = await post<{ attemptId: string; authorizeUrl: string }>(
    'integrations/calendly/connect',
    { loginHint: HOST },
  )
  const page = await fetch(authorizeUrl)
  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const fields = fieldsOf(await page.text())
  const pressed = await submit(authorizeUrl, fields, cookie)
  const decision = { user: HOST, decision: 'approve' }
  const agreed = await submit(
    `${pressed.origin}${pressed.pathname}`,
    { ...Object.fromEntries(pressed.searchParams), ...decision },
    '',
  )
  await (await fetch(agreed, { headers: { cookie } })).text()
  const { seen } = await until(
    () => get<{ outcome: string | null; integrationId: string }>(`connect-attempts/${attemptId}`),
    ({ outcome }) => outcome !== null,
    PATIENCE_MS,
  )
  assert.equal(seen.outcome, 'live')
  return {
    ticket: fields['ticket'] ?? '',
    state: agreed.searchParams.get('state') ?? '',
    code: agreed.searchParams.get('code') ?? '',
    cookie: cookie.split('=')[1] ?? '',
    integrationId: seen.integrationId,
  }
}

/** Posts a form; answers where it leads. */
async function submit(url: string, fields: object, cookie: string): Promise<URL> {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie },
    body: new URLSearchParams({ ...fields }),
  })
  return new URL(answer.headers.get('location') ?? '')
}

/** A booking that comes, moves and is called off, as REST shows it each time. */
export async function bookMoveCancel({ get, control }: Hands): Promise<void> {
  const meeting = async (): Promise<Meeting | undefined> =>
    (await get<{ items: Meeting[] }>('meetings')).items[0]
  const seen = (isGood: (one: Meeting | undefined) => boolean) =>
    until(meeting, isGood, PATIENCE_MS)
  const act = (invitee: Invitee, act: string) =>
    control<{ invitee: Invitee }>(
      `calendly/bookings/${invitee.uri.split('/').at(-1)}/${act}`,
      act === 'cancel' ? { reason: `so says ${GUEST.name}` } : {},
    )
  const booking = { user: HOST, invitee: GUEST }
  const { invitee } = await control<{ invitee: Invitee }>('calendly/bookings', booking)
  const { seen: before } = await seen((one) => one !== undefined)
  const moved = await act(invitee, 'reschedule')
  await seen((one) => one?.start_at !== before?.start_at)
  await act(moved.invitee, 'cancel')
  assert.ok((await seen((one) => one?.status === 'canceled')).isGood, 'the booking was called off')
}

/** A secret in the forms in which it may slip through. */
export const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replaceAll('=', ''),
  Buffer.from(secret).toString('hex'),
]

/** As the sandbox tells of a token without telling it. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
