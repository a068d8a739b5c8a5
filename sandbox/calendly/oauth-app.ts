export interface OAuthApp {
  clientId: string
  clientSecret: string
  nativeClientId: string
  /** Made with the app; signs for hooks that came without a key of their own. */
  signingKey: string
}

/** The app every sandbox knows; its values guard nothing. */
export const SANDBOX_APP: OAuthApp = {
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-client-not-a-secret',
  nativeClientId: 'sandbox-native-client',
  signingKey: 'sandbox-app-signing-key-not-a-secret',
}

/** Scopes a token may carry. Source: https://developer.calendly.com/docs/authentication/scopes */
export const SCOPES: ReadonlySet<string> = new Set([
  'users:read',
  ...bothOf('organizations'),
  ...bothOf('scheduled_events'),
  ...bothOf('event_types'),
  ...bothOf('webhooks'),
  ...bothOf('contacts'),
  ...bothOf('availability'),
  'routing_forms:read',
  'meeting_recaps:read',
  'groups:read',
  'locations:read',
  'shares:write',
  'scheduling_links:write',
  'activity_log:read',
  'data_compliance:write',
  'outgoing_communications:read',
])

/** Whether a granted scope text allows what is needed; write implies read of the same domain. */
export function allows(granted: string, needed: string): boolean {
  const scopes = granted.split(' ')
  return (
    scopes.includes('default') ||
    scopes.includes(needed) ||
    scopes.includes(needed.replace(/:read$/, ':write'))
  )
}

function bothOf(domain: string): string[] {
  return [`${domain}:read`, `${domain}:write`]
}
