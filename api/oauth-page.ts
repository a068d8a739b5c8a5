import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { OperationOutcome } from '../domain/operation.ts'
import { frontEndUrl, popupTargetOrigin } from './urls.ts'
import type { PublicUrls } from './urls.ts'

/** What the page after the consent tells the person, and the front end that opened it. */
export interface OAuthPage {
  readonly status: number
  readonly title: string
  readonly text: string
  readonly nextStep?: string | null
  /** Posted to the front end; left out where there is no attempt to speak of. */
  readonly attempt?: { readonly id: string; readonly outcome: OperationOutcome | null }
  /** One button that posts back to us; whoever presses it goes on to the provider. */
  readonly form?: ConsentForm
  /** Where this page looks again while the attempt is in progress. */
  readonly refreshPath?: string
}

interface ConsentForm {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly button: string
  /** Where the answer to the form leads: browsers hold redirects to the same rule. */
  readonly leadsTo: string
}

/** Slow enough for a phone, quick enough that a person sees the outcome come. */
const REFRESH_SECONDS = 2

/**
 * Answers with a page that works with and without an opener, and without JavaScript. The one
 * script carries a nonce; the message goes to the exact origin of the front end and nowhere else.
 */
export function sendOAuthPage(
  reply: FastifyReply,
  urls: PublicUrls,
  page: OAuthPage,
): FastifyReply {
  const nonce = randomBytes(16).toString('base64url')
  return oauthHeaders(reply)
    .code(page.status)
    .header('content-type', 'text/html; charset=utf-8')
    .header(
      'content-security-policy',
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; ` +
        `base-uri 'none'; form-action ${formTargets(page.form)}; frame-ancestors 'none'`,
    )
    .send(htmlOf(urls, page, nonce))
}

/** A provider's own redirects (to its login, say) count as ours, so its whole scheme is open. */
function formTargets(form: ConsentForm | undefined): string {
  if (form === undefined) return "'none'"
  const { origin, protocol } = new URL(form.leadsTo)
  return `'self' ${protocol === 'https:' ? 'https:' : origin}`
}

/** What every answer of the OAuth routes carries: no cache, no referrer, an opener that stays. */
export const oauthHeaders = (reply: FastifyReply): FastifyReply =>
  reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'unsafe-none')

function htmlOf(urls: PublicUrls, page: OAuthPage, nonce: string): string {
  const { title, text, nextStep, attempt, refreshPath, form } = page
  const refresh =
    refreshPath === undefined
      ? ''
      : `<meta http-equiv="refresh" content="${REFRESH_SECONDS};url=${escaped(refreshPath)}">`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
${refresh}
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main role="status">
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
${nextStep ? `<p>${escaped(nextStep)}</p>` : ''}
${form === undefined ? '' : formOf(form)}
<p><a href="${escaped(frontEndUrl(urls))}">Back to the application</a></p>
</main>
${attempt === undefined ? '' : `<script nonce="${nonce}">${scriptOf(urls, attempt)}</script>`}
</body>
</html>
`
}

const formOf = ({ action, fields, button }: ConsentForm): string => `
<form method="post" action="${escaped(action)}">
${Object.entries(fields)
  .map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`)
  .join('\n')}
<button type="submit">${escaped(button)}</button>
</form>`

/** Ids and outcomes come from our own rows; quoted as JSON without a way out of the element. */
function scriptOf(urls: PublicUrls, attempt: NonNullable<OAuthPage['attempt']>): string {
  const message = {
    type: 'rendezvous:connect',
    attemptId: attempt.id,
    outcome: attempt.outcome,
  }
  const close = attempt.outcome === null ? '' : 'window.close()'
  return (
    `if (window.opener) { window.opener.postMessage(${quoted(message)}, ` +
    `${quoted(popupTargetOrigin(urls))}); ${close} }`
  )
}

const quoted = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh}' +
  'main{max-width:32rem;padding:1.5rem}h1{font-size:1.25rem}'

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
