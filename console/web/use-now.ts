import { useEffect, useState } from 'preact/hooks'

/** Times are shown in minutes: twice a minute is close enough. */
const TICK_MS = 30_000

/** The present, moving on while the viewer looks. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}
