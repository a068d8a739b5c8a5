import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import { ApiProblem, createApi } from './api-client.ts'
import { SignIn } from './pages/sign-in.tsx'
import { SignedIn } from './pages/signed-in.tsx'
import type { SignInNotice } from './pages/sign-in.tsx'
import type { Me } from './records.ts'
import {
  forgetToken,
  keepToken,
  keptToken,
  looksLikeToken,
  takeTokenFromAddress,
} from './session.ts'

/** The whole console: a sign-in until the API knows the viewer, then the page of the address. */
export function App({ givenToken }: { readonly givenToken: string | undefined }) {
  const [token, setToken] = useState(() => givenToken ?? keptToken())
  const [me, setMe] = useState<Me>()
  const [notice, setNotice] = useState<SignInNotice>()
  const api = useMemo(() => (token === undefined ? undefined : createApi(token)), [token])

  const leave = useCallback((why?: SignInNotice) => {
    forgetToken()
    setToken(undefined)
    setMe(undefined)
    setNotice(why)
  }, [])

  useEffect(() => {
    // The page may be open already when a link with a token is followed.
    const takeOver = () => {
      const given = takeTokenFromAddress()
      if (given === undefined) return
      setMe(undefined)
      setToken(given)
    }
    window.addEventListener('hashchange', takeOver)
    return () => window.removeEventListener('hashchange', takeOver)
  }, [])

  useEffect(() => {
    if (api === undefined || token === undefined) return undefined
    if (!looksLikeToken(token)) return leave('refused')
    let isCurrent = true
    setNotice(undefined)
    // Kept before it is known to be good: a reload must not lose it while the server is away.
    keepToken(token)
    const welcome = (found: Me) => void (isCurrent && setMe(found))
    const refuse = (problem: unknown) => {
      if (!isCurrent) return
      if (isRefusal(problem)) return leave('refused')
      setToken(undefined)
      setNotice('unreachable')
    }
    api.me().then(welcome, refuse)
    return () => {
      isCurrent = false
    }
  }, [api, token, leave])

  if (token !== undefined && me !== undefined) {
    return <SignedIn token={token} me={me} onLeave={leave} />
  }
  return <SignIn isChecking={token !== undefined} notice={notice} onToken={setToken} />
}

/** A server in trouble says nothing about the token. */
const isRefusal = (problem: unknown) =>
  problem instanceof ApiProblem && problem.status < 500 && problem.status !== 429
