import { createHash, randomBytes } from 'node:crypto'
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'

const EVERY_SCOPE =
  'users:read organizations:read webhooks:read webhooks:write scheduled_events:read scheduled_events:write'
export const REDIRECT = 'http://localhost:9/callback'
const CLIENT = 'sandbox-client'
const SECRET = 'sandbox-client-not-a-secret'

export interface Answer {
  status: number
  headers: Headers
  body: any
}

export interface Tokens {
  access_token: string
  refresh_token: string
  scope: string
  owner: string
  organization: string
  expires_in: number
  created_at: number
}

/** Somebody who uses a sandbox over HTTP only. */
export class Visitor {
  readonly sandbox: Sandbox
  readonly api: string

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox
    this.api = `${sandbox.url}/calendly`
  }

  /** Sends JSON, answers what came back. */
  async send(
    method: string,
    url: string,
    options: { token?: string; json?: unknown } = {},
  ): Promise<Answer> {
    const { token, json } = options
    const response = await fetch(url.startsWith('/') ? this.sandbox.url + url : url, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    return answerOf(response)
  }

  get(path: string, token?: string): Promise<Answer> {
    return this.send('GET', `/calendly${path}`, token === undefined ? {} : { token })
  }

  control(path: string, json: unknown): Promise<Answer> {
    return this.send('POST', `/control${path}`, { json })
  }

  fault(fault: Record<string, unknown>): Promise<Answer> {
    return this.control('/faults', { provider: 'calendly', ...fault })
  }

  advance(advanceSeconds: number): Promise<Answer> {
    return this.control('/clock', { advanceSeconds })
  }

  /** Posts a form, as browsers and OAuth clients do. */
  async form(path: string, fields: Record<string, string>, headers = {}): Promise<Answer> {
    const response = await fetch(this.sandbox.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: new URLSearchParams(fields),
    })
    return answerOf(response)
  }

  /** Asks for consent; answers where the person is sent. */
  async authorize(query: Record<string, string> = {}): Promise<Answer & { to: URLSearchParams }> {
    const search = new URLSearchParams({ ...consent(), prompt: 'none', ...query })
    const answer = await this.get(`/oauth/authorize?${search.toString()}`)
    const location = answer.headers.get('location')
    return {
      ...answer,
      to: location === null ? new URLSearchParams() : new URL(location).searchParams,
    }
  }

  token(fields: Record<string, string>): Promise<Answer> {
    const authorization = `Basic ${Buffer.from(`${CLIENT}:${SECRET}`).toString('base64')}`
    return this.form('/calendly/oauth/token', fields, { authorization })
  }

  exchange(code: string, more: Record<string, string> = {}): Promise<Answer> {
    return this.token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...more })
  }

  refresh(refresh_token: string): Promise<Answer> {
    return this.token({ grant_type: 'refresh_token', refresh_token })
  }

  /** Consent and exchange in one go. */
  async connect(email = 'rita@acme.test', scope = EVERY_SCOPE): Promise<Tokens> {
    const { to } = await this.authorize({ login_hint: email, scope })
    const answer = await this.exchange(to.get('code') ?? '')
    return answer.body as Tokens
  }

  subscribe(tokens: Tokens, hook: Record<string, unknown>): Promise<Answer> {
    const json = {
      events: [
        'invitee.created',
        'invitee.canceled',
        'invitee_no_show.created',
        'invitee_no_show.deleted',
      ],
      organization: tokens.organization,
      scope: 'user',
      ...((hook['scope'] ?? 'user') === 'user' ? { user: tokens.owner } : {}),
      signing_key: 'a key of our own',
      ...hook,
    }
    return this.send('POST', '/calendly/webhook_subscriptions', {
      token: tokens.access_token,
      json,
    })
  }

  book(more: Record<string, unknown> = {}): Promise<Answer> {
    const invitee = { email: 'pat@prospect.test', name: 'Pat Prospect' }
    return this.control('/calendly/bookings', { user: 'rita@acme.test', invitee, ...more })
  }

  async ledger(): Promise<{ bookings: any[]; deliveries: any[] }> {
    return (await this.send('GET', '/control/ledger')).body
  }

  async hooks(): Promise<any[]> {
    return (await this.send('GET', '/control/calendly/hooks')).body.hooks
  }

  /** Asks again until the answer is good: for what happens after a delivery was answered. */
  async eventually<Seen>(
    look: () => Promise<Seen>,
    isGood: (seen: Seen) => boolean,
  ): Promise<Seen> {
    for (;;) {
      const seen = await look()
      if (isGood(seen)) return seen
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

/** Opens a sandbox in this process, on a free port. */
export async function visit(options: Partial<SandboxOptions> = {}): Promise<Visitor> {
  return new Visitor(await startSandbox({ port: 0, ...options }))
}

/** What every authorization request of the tests says. */
export function consent(): Record<string, string> {
  return {
    client_id: CLIENT,
    response_type: 'code',
    redirect_uri: REDIRECT,
    state: 'state of the browser',
    scope: EVERY_SCOPE,
    login_hint: 'rita@acme.test',
  }
}

/** Credentials for the endpoints that want them in the body. */
export const CREDENTIALS = { client_id: CLIENT, client_secret: SECRET }

export function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  const code_challenge = createHash('sha256').update(verifier).digest('base64url')
  return { verifier, query: { code_challenge, code_challenge_method: 'S256' } }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  }
}
