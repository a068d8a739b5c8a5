/** Sends JSON and reads JSON; an answer that is no success is an error that quotes it. */
export async function callJson<T>(
  url: string,
  request: { method?: 'GET' | 'POST'; json?: unknown; token?: string } = {},
): Promise<T> {
  const { method = 'GET', json, token } = request
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  if (!response.ok) {
    const { pathname } = new URL(url)
    throw new Error(`${method} ${pathname} answered ${response.status}: ${text.slice(0, 300)}`)
  }
  return JSON.parse(text) as T
}
