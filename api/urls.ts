import { oauthCallbackUrl, oauthStartUrl } from '../domain/public-urls.ts'

/** The two origins that must never be confused: what providers reach, and where people go. */
export interface PublicUrls {
  readonly apiUrl: string
  readonly appUrl: string
}

/** Where a provider sends the browser back to: built from API_URL only. */
export const redirectUri = ({ apiUrl }: Pick<PublicUrls, 'apiUrl'>, provider: string): string =>
  oauthCallbackUrl(apiUrl, provider)

/** The page of ours that a front end opens in a popup: built from API_URL only. */
export const connectUrl = (
  { apiUrl }: Pick<PublicUrls, 'apiUrl'>,
  link: { provider: string; ticket: string },
): string => oauthStartUrl(apiUrl, link)

/** Where a person is sent back to: built from APP_URL only. */
export const frontEndUrl = ({ appUrl }: Pick<PublicUrls, 'appUrl'>): string => `${appUrl}/`

/** The exact origin a popup may speak to: that of APP_URL only. */
export const popupTargetOrigin = ({ appUrl }: Pick<PublicUrls, 'appUrl'>): string =>
  new URL(appUrl).origin
