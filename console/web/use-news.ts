import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ApiProblem } from './api-client.ts'
import type { Api } from './api-client.ts'
import { openRealtime } from './realtime.ts'
import type { Connection, Line, News } from './realtime.ts'

/** Whoever wants to hear what happens. */
export interface Listener {
  readonly onNews: (news: News) => void
  /**
   * The line stands (again): what happened before the first frame is read now. Where news was
   * `missed` for good, nothing that was shown can be trusted any more.
   */
  readonly onLive: (line: Line) => void
}

/** The one line that news comes by, whichever page is open. */
export interface NewsFeed {
  readonly connection: Connection
  /** Tells the listener until stopped. */
  readonly subscribe: (listener: Listener) => () => void
}

interface NewsDeps {
  readonly api: Api
  readonly token: string
  readonly onEnded: () => void
}

/** Promises the news of this organization for as long as somebody is signed in. */
export function useNews({ api, token, onEnded }: NewsDeps): NewsFeed {
  const [connection, setConnection] = useState<Connection>('connecting')
  const listeners = useRef(new Set<Listener>())

  useEffect(
    () =>
      openRealtime({
        token,
        onNews: (news) => {
          for (const { onNews } of listeners.current) onNews(news)
        },
        onConnection: setConnection,
        onLive: (line) => {
          for (const { onLive } of listeners.current) onLive(line)
        },
        onRefused: () => {
          api.me().catch((problem: unknown) => {
            if (problem instanceof ApiProblem && problem.status === 401) onEnded()
          })
        },
      }),
    [api, token, onEnded],
  )

  const subscribe = useCallback((listener: Listener) => {
    listeners.current.add(listener)
    return () => void listeners.current.delete(listener)
  }, [])
  return { connection, subscribe }
}

/** Reads again whenever one of these happens, and when the line stands again. */
export function useReloadOn(
  { subscribe }: NewsFeed,
  isAbout: (news: News) => boolean,
  reload: () => void,
): void {
  // The test is made anew with each rendering; it must not open a new subscription each time.
  const test = useRef(isAbout)
  test.current = isAbout
  useEffect(
    () =>
      subscribe({
        onNews: (news) => {
          if (test.current(news)) reload()
        },
        onLive: () => reload(),
      }),
    [subscribe, reload],
  )
}
