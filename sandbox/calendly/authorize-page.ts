import { escapeHtml } from '../page.ts'
import type { Calendly } from './context.ts'
import { findUser } from './context.ts'

const CARRIED = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
]

/** The page on which a person picks an account and approves or denies. */
export function authorizePage(calendly: Calendly, query: Record<string, string | undefined>) {
  const hinted = findUser(calendly, query['login_hint'] ?? '')
  const hidden = CARRIED.filter((name) => query[name] !== undefined).map(
    (name) => `<input type="hidden" name="${name}" value="${escapeHtml(query[name] ?? '')}">`,
  )
  const accounts = calendly.world.users.all().map(({ uuid, name, email }, position) => {
    const checked = (hinted === undefined ? position === 0 : hinted.uuid === uuid) ? ' checked' : ''
    const text = escapeHtml(`${name} (${email})`)
    return `<label><input type="radio" name="user" value="${uuid}"${checked}> ${text}</label>`
  })
  const scopes = escapeHtml(query['scope'] ?? 'nothing')
  return {
    title: 'Connect to Calendly (sandbox)',
    body: `<p>An application asks for: ${scopes}</p>
<form method="post" action="${calendly.address.site}/calendly/oauth/authorize">
${hidden.join('\n')}
<fieldset><legend>Account</legend>
${accounts.join('\n')}
</fieldset>
<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  }
}
