import type { Connection } from '../realtime.ts'
import type { Me } from '../records.ts'
import { useWords } from '../words/language.ts'

interface TopBarProps {
  readonly me: Me
  readonly connection: Connection
  readonly onSignOut: () => void
}

/** Who is here, whether news arrives, and the way out. */
export function TopBar({ me, connection, onSignOut }: TopBarProps) {
  const words = useWords()
  return (
    <header class="top-bar">
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <h1 class="brand">
        <img src="/favicon.svg" alt="" width="28" height="28" /> {words.title}
      </h1>
      <p class="connection" data-connection={connection} role="status">
        <span class="dot" aria-hidden="true" />
        {words.connection[connection]}
      </p>
      <p class="viewer quiet">
        {me.name === null ? '' : `${me.name} · `}
        {words.roles[me.role]}
      </p>
      <button type="button" onClick={onSignOut}>
        {words.signOut}
      </button>
    </header>
  )
}
