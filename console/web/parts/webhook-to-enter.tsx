import type { ConnectedByKey } from '../records.ts'
import { useWords } from '../words/language.ts'

interface WebhookToEnterProps {
  readonly webhook: ConnectedByKey['webhook']
}

/** What the person enters at Cal.com to make the webhook by hand. */
export function WebhookToEnter({ webhook }: WebhookToEnterProps) {
  const say = useWords().calcom
  if (webhook === null) return null
  return (
    <div class="card">
      <p>{say.enter}</p>
      <dl class="facts long">
        <dt>{say.url}</dt>
        <dd>
          <code>{webhook.subscriberUrl}</code>
        </dd>
        <dt>{say.secret}</dt>
        <dd>
          <code>{webhook.secret}</code>
        </dd>
        <dt>{say.tick}</dt>
        <dd>{webhook.events.join(', ')}</dd>
      </dl>
    </div>
  )
}
