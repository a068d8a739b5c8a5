const NAMES: ReadonlyMap<string, string> = new Map([
  ['calendly', 'Calendly'],
  ['calcom', 'Cal.com'],
])

/** A provider as people write it; an unknown one as the API writes it. */
export const providerName = (provider: string): string => NAMES.get(provider) ?? provider
