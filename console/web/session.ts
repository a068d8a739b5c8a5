const KEY = 'rendezvous.token'

/** Takes the token out of `#token=…` and off the address at once, before anything else can see it. */
export function takeTokenFromAddress(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null) return undefined
  history.replaceState(null, '', location.pathname + location.search)
  return cleanToken(token)
}

/** The token of this tab, as kept by the last sign-in. */
export const keptToken = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined

/** Keeps the token for this tab, until it is closed. */
export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token)

/** Forgets the token. */
export const forgetToken = (): void => sessionStorage.removeItem(KEY)

/** A token as a person pastes it, freed of blanks and of the word before it. */
export const cleanToken = (pasted: string): string => pasted.trim().replace(/^bearer\s+/i, '')

/** Whether a text can stand in a header at all; anything else is refused without asking. */
export const looksLikeToken = (token: string): boolean => /^[\x21-\x7e]{1,8192}$/.test(token)
