import type { Calendly } from './context.ts'

/** The client that proved itself by Basic or in the body; a native one has no secret to show. */
export function identifyClient(
  { app }: Calendly,
  authorization: string | undefined,
  form: Record<string, string | undefined>,
): string | undefined {
  const given = readBasic(authorization) ?? {
    id: form['client_id'],
    secret: form['client_secret'],
  }
  if (given.id === app.nativeClientId && given.secret === undefined) return app.nativeClientId
  const isWeb = given.id === app.clientId && given.secret === app.clientSecret
  return isWeb ? app.clientId : undefined
}

function readBasic(authorization: string | undefined) {
  const [scheme, value] = authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'basic' || value === undefined) return undefined
  const [id, secret] = Buffer.from(value, 'base64').toString('utf8').split(':', 2)
  return { id: decode(id), secret: decode(secret) }
}

function decode(text = ''): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
