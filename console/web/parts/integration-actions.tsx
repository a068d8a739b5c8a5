import type { IntegrationAction } from '../api-client.ts'
import type { IntegrationStatus } from '../records.ts'
import type { CalcomEntry } from '../use-calcom.ts'
import { useWords } from '../words/language.ts'

interface IntegrationActionsProps {
  readonly status: IntegrationStatus
  /** Nothing goes on before somebody does something. */
  readonly isBroken: boolean
  readonly account: string
  readonly isBusy: boolean
  /** Where a new key gives access again, by the person who looks. */
  readonly keyEntry: CalcomEntry | undefined
  readonly onAction: (action: IntegrationAction) => void
}

/** What can be done with a connection as it is, what helps first. */
export function IntegrationActions(props: IntegrationActionsProps) {
  const { status, isBroken, account, isBusy, onAction } = props
  const words = useWords()
  const say = words.integrations
  const isGone = status === 'disconnected'
  const keyEntry = isBroken || isGone ? props.keyEntry : undefined
  const keyWord = keyEntry?.isOpen ? words.calcom.close : words.calcom.newKey
  return (
    <div class="actions">
      {keyEntry === undefined ? null : (
        <button
          type="button"
          class={keyEntry.isOpen ? undefined : 'primary'}
          aria-expanded={keyEntry.isOpen}
          aria-label={say.of(keyWord, account)}
          onClick={() => keyEntry.setOpen(!keyEntry.isOpen)}
        >
          {keyWord}
        </button>
      )}
      {actionsFor(status, keyEntry !== undefined).map((action) => (
        <button
          key={action}
          type="button"
          class={
            action === 'reconnect' && isBroken && keyEntry === undefined ? 'primary' : undefined
          }
          disabled={isBusy}
          aria-label={say.of(say[action], account)}
          onClick={() => onAction(action)}
        >
          {say[action]}
        </button>
      ))}
    </div>
  )
}

function actionsFor(status: IntegrationStatus, asksKey: boolean): readonly IntegrationAction[] {
  // There is nothing left to try again with: only a new key helps.
  if (status === 'disconnected') return asksKey ? [] : ['reconnect']
  if (status === 'disconnecting') return []
  return ['reconnect', status === 'paused' ? 'resume' : 'pause', 'disconnect']
}
