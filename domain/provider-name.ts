/** The scheduling tools we speak to; the text is the same in URLs, rows and code. */
export const PROVIDER_NAMES = ['calendly', 'calcom'] as const

/** One of PROVIDER_NAMES. */
export type ProviderName = (typeof PROVIDER_NAMES)[number]

/** Whether a text, such as a piece of a URL, names a provider. */
export const isProviderName = (text: unknown): text is ProviderName =>
  PROVIDER_NAMES.some((name) => name === text)
