import type { Me } from '../records.ts'
import { Link } from '../router.tsx'
import { useWords } from '../words/language.ts'

/** The ways to every page that this viewer can use. */
export function Navigation({ me, path }: { readonly me: Me; readonly path: string }) {
  const words = useWords().navigation
  const places = me.role === 'client' ? COACHING : [...OPERATING, ...COACHING]
  return (
    <nav class="navigation" aria-label={words.label}>
      <ul>
        {places.map(({ to, name }) => (
          <li key={to}>
            <Link to={to} isHere={to === path || (to === '/' && path.startsWith('/integrations/'))}>
              {words[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const OPERATING = [
  { to: '/', name: 'overview' },
  { to: '/events', name: 'events' },
  { to: '/parked', name: 'parked' },
] as const

const COACHING = [
  { to: '/dashboard/sessions', name: 'sessions' },
  { to: '/dashboard/book/recurring', name: 'recurring' },
] as const
