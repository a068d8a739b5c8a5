import { useEffect, useRef, useState } from 'preact/hooks'
import { cleanToken, keptToken } from '../session.ts'
import { useWords } from '../words/language.ts'

/** Why the person is asked again. */
export type SignInNotice = 'refused' | 'ended' | 'unreachable'

interface SignInProps {
  readonly isChecking: boolean
  readonly notice: SignInNotice | undefined
  readonly onToken: (token: string) => void
}

/** Asks for a token, and says in words why the last one did not do. */
export function SignIn({ isChecking, notice, onToken }: SignInProps) {
  const words = useWords()
  const field = useRef<HTMLInputElement>(null)
  const [isEmpty, setEmpty] = useState(false)
  useEffect(() => {
    if (field.current === null) return
    // The server was away, not the token wrong: nobody should have to paste it again.
    if (notice === 'unreachable' && field.current.value === '')
      field.current.value = keptToken() ?? ''
    field.current.focus()
  }, [notice])

  const submit = (event: Event) => {
    event.preventDefault()
    const token = cleanToken(field.current?.value ?? '')
    setEmpty(token === '')
    if (token !== '') onToken(token)
  }
  const complaint = isEmpty ? words.signIn.empty : noticeWords()

  function noticeWords(): string | undefined {
    if (notice === undefined || isChecking) return undefined
    return notice === 'unreachable' ? words.unreachable : words.signIn[notice]
  }

  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit} noValidate>
        <p class="brand">
          <img src="/favicon.svg" alt="" width="28" height="28" /> {words.title}
        </p>
        <h1>{words.signIn.heading}</h1>
        <p class="quiet">{words.signIn.intro}</p>
        <label for="token">{words.signIn.label}</label>
        <input
          id="token"
          ref={field}
          type="password"
          autocomplete="off"
          spellcheck={false}
          aria-describedby="token-hint token-complaint"
          aria-invalid={complaint !== undefined && notice !== 'unreachable'}
        />
        <p id="token-hint" class="quiet small">
          {words.signIn.hint}
        </p>
        <p id="token-complaint" class="complaint" role="alert">
          {complaint}
        </p>
        <button type="submit" class="primary" disabled={isChecking}>
          {isChecking ? words.signIn.checking : words.signIn.submit}
        </button>
      </form>
    </main>
  )
}
