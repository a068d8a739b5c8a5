import type { Mutant } from '../mutant.ts'

const OPERATIONS = 'db/operations.ts'
const OPERATIONS_TEST = 'test/db/operations.test.ts'
const CREDENTIALS_TEST = 'test/db/credentials.test.ts'
const RACES_TEST = 'test/activities/refreshing-races.test.ts'

/** Mistakes in how a person's consent is asked, taken and kept alive. */
export const GRANTS: readonly Mutant[] = [
  {
    name: 'builds the callback URL from APP_URL',
    file: 'api/urls.ts',
    from: `redirectUri = ({ apiUrl }: Pick<PublicUrls, 'apiUrl'>, provider: string): string =>
  oauthCallbackUrl(apiUrl, provider)`,
    to: `redirectUri = ({ appUrl }: PublicUrls, provider: string): string =>
  oauthCallbackUrl(appUrl, provider)`,
    test: {
      file: 'test/api/urls.test.ts',
      title: 'builds what a provider must reach from API_URL, never from APP_URL',
    },
  },
  {
    name: 'tells the outcome of a consent to any page that opened it',
    file: 'api/urls.ts',
    from: '  new URL(appUrl).origin',
    to: "  appUrl === '' ? '' : '*'",
    test: {
      file: 'test/api/oauth.test.ts',
      title: 'tells the outcome to exactly the origin of APP_URL, with a nonce, and closes',
    },
  },
  {
    name: 'takes a consent from another browser',
    file: OPERATIONS,
    from: "  if (row.browser_hash?.equals(consent.browserHash) !== true) return 'otherBrowser'\n",
    to: '',
    test: {
      file: OPERATIONS_TEST,
      title: 'refuses another browser, and leaves the state to the right one',
    },
  },
  {
    name: 'takes a consent whose time is over',
    file: OPERATIONS,
    from: "  if (row.isExpired) return 'expired'\n",
    to: "  if (row.isExpired && row.code !== null) return 'expired'\n",
    test: {
      file: 'test/api/oauth.test.ts',
      title: 'refuses an expired attempt, and consumes nothing',
    },
  },
  {
    name: 'presents a refresh token a third time',
    file: 'db/refreshing.ts',
    from: 'const MOST_TRIES = 2',
    to: 'const MOST_TRIES = 3',
    test: { file: CREDENTIALS_TEST, title: 'lets a token be presented twice at most' },
  },
  {
    name: 'presents a refresh token beside somebody who does so already',
    file: 'db/refreshing.ts',
    from: 'const INTENT_LIVES_MS = 9_000',
    to: 'const INTENT_LIVES_MS = 0',
    test: { file: CREDENTIALS_TEST, title: 'lets one of many parallel callers present the token' },
  },
  {
    name: 'forgets that a refresh had no clear answer',
    file: 'activities/refreshing.ts',
    from: '      await leaveUnclear(tx, job)',
    to: '      await (tries > 2 ? leaveUnclear : clearIntent)(tx, job)',
    test: {
      file: RACES_TEST,
      title: 'presents a token no third time when two answers in a row are lost',
    },
  },
  {
    name: 'takes the late answer of a refresh for the newest grant',
    file: 'activities/refreshing.ts',
    from: 'if (!isNewest) return tooLate(',
    to: 'if (!isNewest && intent.tries > 2) return tooLate(',
    test: {
      file: RACES_TEST,
      title: 'drops a late answer once a newer generation is in use',
    },
  },
  {
    name: 'calls the provider with a token in the last half of its life',
    file: 'domain/owner.ts',
    from: 'token.issuedAt + (token.expiresAt - token.issuedAt) / 2',
    to: 'token.issuedAt + (token.expiresAt - token.issuedAt)',
    test: {
      file: 'test/domain/owner.test.ts',
      title: 'refreshes before a call that falls into the last half of the token’s life',
    },
  },
  {
    name: 'takes a code that another service sent',
    file: 'api/provider-oauth.ts',
    from: 'iss !== undefined && iss !== issuer',
    to: 'iss !== undefined && issuer === undefined',
    test: {
      file: 'test/api/oauth-issuer.test.ts',
      title: 'ends the attempt when it is another service than the one that was asked',
    },
  },
]
