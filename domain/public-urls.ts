/**
 * The public addresses of the ingress, all built from `API_URL` and from nothing else: what is
 * registered at a provider must reach us, whatever the front end's address is.
 */
export const oauthCallbackUrl = (apiUrl: string, provider: string): string =>
  `${apiUrl}/oauth/${provider}/callback`

/** The page of ours that binds a browser before it sends the person to the provider. */
export const oauthStartUrl = (
  apiUrl: string,
  { provider, ticket }: { provider: string; ticket: string },
): string => `${apiUrl}/oauth/${provider}/start?ticket=${encodeURIComponent(ticket)}`

/** Where a provider delivers to one generation of a subscription. */
export const webhookUrl = (
  apiUrl: string,
  { provider, endpoint }: { provider: string; endpoint: string },
): string => `${apiUrl}/webhooks/${provider}/${endpoint}`
