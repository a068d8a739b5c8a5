import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** 256 bits, as text that fits in a URL or a cookie. */
export const randomText = (): string => randomBytes(32).toString('base64url')

/** What is stored of a secret that somebody will show us again. */
export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether a text has the form of `randomText`; nothing else is worth a look-up. */
export const isRandomText = (text: unknown): text is string =>
  typeof text === 'string' && /^[A-Za-z0-9_-]{43}$/.test(text)

/** An attempt lives ten minutes; a cookie that lived longer would bind nothing more. */
const LIFE_SECONDS = 15 * 60

/** `__Host-` pins a cookie to this very host, and needs https; local setups have none. */
const cookieName = (apiUrl: string): string => (apiUrl.startsWith('https://') ? '__Host-rv' : 'rv')

/** The secret of this browser, or undefined where it has none that we gave. */
export function browserOf(request: FastifyRequest, apiUrl: string): string | undefined {
  const value = request.cookies[cookieName(apiUrl)]
  return isRandomText(value) ? value : undefined
}

/** Gives a browser its secret. Lax: it must come back with the provider's redirect. */
export const bindBrowser = (reply: FastifyReply, apiUrl: string, secret: string): FastifyReply =>
  reply.setCookie(cookieName(apiUrl), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: apiUrl.startsWith('https://'),
    maxAge: LIFE_SECONDS,
  })
