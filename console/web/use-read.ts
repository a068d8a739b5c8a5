import { useCallback, useEffect, useState } from 'preact/hooks'

/** Something that is read once, and again on request. */
export interface Read<Answer> {
  readonly answer: Answer | undefined
  readonly error: unknown
  readonly reload: () => void
}

/** Promises what is read; while it is read again the earlier answer stays. */
export function useRead<Answer>(load: () => Promise<Answer>): Read<Answer> {
  const [answer, setAnswer] = useState<Answer>()
  const [error, setError] = useState<unknown>()
  const reload = useCallback(() => {
    const show = (told: Answer) => {
      setAnswer(() => told)
      setError(undefined)
    }
    load().then(show, setError)
  }, [load])
  useEffect(reload, [reload])
  return { answer, error, reload }
}
