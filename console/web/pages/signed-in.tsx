import { useCallback, useMemo } from 'preact/hooks'
import { createApi } from '../api-client.ts'
import { Navigation } from '../parts/navigation.tsx'
import { TopBar } from '../parts/top-bar.tsx'
import type { Me } from '../records.ts'
import { useAddress } from '../router.tsx'
import { useNews } from '../use-news.ts'
import { Events } from './events.tsx'
import { Home } from './home.tsx'
import { IntegrationPage } from './integration.tsx'
import { Parked } from './parked.tsx'
import { Recurring } from './recurring.tsx'
import { Sessions } from './sessions.tsx'
import type { SignInNotice } from './sign-in.tsx'

interface SignedInProps {
  readonly token: string
  readonly me: Me
  readonly onLeave: (why?: SignInNotice) => void
}

/** The page of the address, below the bar that is the same on all. */
export function SignedIn({ token, me, onLeave }: SignedInProps) {
  const { path, search } = useAddress()
  const onEnded = useCallback(() => onLeave('ended'), [onLeave])
  const api = useMemo(() => createApi(token, onEnded), [token, onEnded])
  const news = useNews({ api, token, onEnded })
  const shown = { api, me, news }

  function page() {
    const [, id] = /^\/integrations\/([\w-]+)$/.exec(path) ?? []
    if (path === '/dashboard/book/recurring') return <Recurring {...shown} />
    // What a provider has to do with it is not for clients to see.
    if (path === '/dashboard/sessions' || me.role === 'client') return <Sessions {...shown} />
    if (id !== undefined) return <IntegrationPage key={id} {...shown} id={id} />
    if (path === '/events') return <Events {...shown} search={search} />
    return path === '/parked' ? <Parked {...shown} /> : <Home {...shown} />
  }

  return (
    <>
      <TopBar me={me} connection={news.connection} onSignOut={() => onLeave()} />
      <Navigation me={me} path={path} />
      <main id="content">{page()}</main>
    </>
  )
}
