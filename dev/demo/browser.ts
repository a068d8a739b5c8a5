/** A page a browser has come to rest on. */
export interface VisitedPage {
  readonly url: string
  readonly status: number
  readonly html: string
}

/** A browser as far as a consent needs one: cookies, redirects and one form. */
export interface Browser {
  readonly open: (url: string) => Promise<VisitedPage>
  /** Sends the page's form as a click on one of its buttons does. */
  readonly submit: (page: VisitedPage, chosen: Record<string, string>) => Promise<VisitedPage>
}

/** A consent passes through four at most. */
const MOST_REDIRECTS = 10

/** Makes a browser without a history. */
export function createBrowser(): Browser {
  /** Cookies by host: they ignore ports. */
  const jar = new Map<string, Map<string, string>>()

  async function go(url: string, init: RequestInit = {}): Promise<VisitedPage> {
    let [at, request] = [url, init]
    for (let hop = 0; hop < MOST_REDIRECTS; hop += 1) {
      const cookies = [...(jar.get(new URL(at).hostname) ?? [])].map((pair) => pair.join('='))
      const response = await fetch(at, {
        ...request,
        redirect: 'manual',
        headers: cookies.length === 0 ? {} : { cookie: cookies.join('; ') },
      })
      keep(new URL(at).hostname, response.headers.getSetCookie())
      const location = response.headers.get('location')
      const html = await response.text()
      if (location === null) return { url: at, status: response.status, html }
      at = new URL(location, at).href
      request = {}
    }
    throw new Error(`more than ${MOST_REDIRECTS} redirects from ${new URL(url).origin}`)
  }

  function keep(host: string, lines: readonly string[]): void {
    const cookies = jar.get(host) ?? new Map<string, string>()
    for (const line of lines) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
    jar.set(host, cookies)
  }

  return {
    open: go,
    submit(page, chosen) {
      const action = attributeOf(/<form [^>]*>/.exec(page.html)?.[0] ?? '', 'action') ?? ''
      const body = new URLSearchParams({ ...hiddenFieldsOf(page.html), ...chosen })
      return go(new URL(action, page.url).href, { method: 'POST', body })
    },
  }
}

function hiddenFieldsOf(html: string): Record<string, string> {
  const inputs = html.match(/<input type="hidden"[^>]*>/g) ?? []
  return Object.fromEntries(
    inputs.map((input) => [attributeOf(input, 'name') ?? '', attributeOf(input, 'value') ?? '']),
  )
}

const SIGNS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
}

const attributeOf = (tag: string, name: string): string | undefined =>
  new RegExp(` ${name}="([^"]*)"`)
    .exec(tag)?.[1]
    ?.replaceAll(/&(amp|lt|gt|quot|#39);/g, (whole, sign: string) => SIGNS[sign] ?? whole)
