import type { ApiSettings } from './settings.ts'

/** Mistakes that only show when settings are seen together. */
export function crossMistakes(settings: ApiSettings): string[] {
  const mistakes: string[] = []
  if (isSameOrigin(settings.API_URL, settings.APP_URL))
    mistakes.push(
      'API_URL and APP_URL are the same origin: give the front end its own, so that a mix-up of ' +
        'the two can not stay hidden',
    )
  const hasSecret = settings.AUTH_JWT_SECRET !== undefined
  const hasKeySet = settings.AUTH_JWKS_URL !== undefined
  if (!hasSecret && !hasKeySet)
    mistakes.push('AUTH_JWT_SECRET or AUTH_JWKS_URL is missing: one of them says who may call REST')
  if (hasSecret && hasKeySet)
    mistakes.push('AUTH_JWT_SECRET and AUTH_JWKS_URL are both set: keep one')
  const isBound = settings.AUTH_JWT_ISSUER !== undefined || settings.AUTH_JWT_AUDIENCE !== undefined
  if (isBound && !hasKeySet)
    mistakes.push('AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE go with AUTH_JWKS_URL: remove them')
  return mistakes
}

const isSameOrigin = (one: string, other: string): boolean =>
  URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin
