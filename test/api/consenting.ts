import assert from 'node:assert/strict'
import { API_URL } from './harness.ts'
import type { TestApi } from './harness.ts'

/** A browser that has read who asks, pressed the button, and stands before the provider. */
export interface BeforeConsent {
  readonly page: Response
  readonly html: string
  readonly answer: Response
  /** Where the provider's page is. */
  readonly location: URL
  readonly state: string
  readonly cookie: string
}

/** The fields of the form on our page. */
export const fieldsOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map((match) => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  )

/** Opens the link as a browser does, with or without a cookie of an earlier visit. */
export async function openLink(api: TestApi, url: string, cookie = '') {
  const page = await fetch(url.replace(API_URL, api.origin), {
    redirect: 'manual',
    headers: { cookie },
  })
  const given = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  return { page, html: await page.text(), cookie: given === '' ? cookie : given }
}

/** Presses the button of our page. */
export const press = (
  api: TestApi,
  { fields, cookie, more = {} }: { fields: object; cookie: string; more?: object },
): Promise<Response> =>
  fetch(`${api.origin}/oauth/calendly/start`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, ...more },
    body: new URLSearchParams({ ...fields }),
  })

/** Promises a browser that stands before the provider's consent. */
export async function goToConsent(api: TestApi, url: string): Promise<BeforeConsent> {
  const { page, html, cookie } = await openLink(api, url)
  const answer = await press(api, { fields: fieldsOf(html), cookie })
  assert.equal(answer.status, 303, html)
  const location = new URL(answer.headers.get('location') ?? '')
  return { page, html, answer, location, cookie, state: location.searchParams.get('state') ?? '' }
}
