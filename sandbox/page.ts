import type { FastifyInstance, FastifyReply } from 'fastify'

/** Text made safe for HTML content and attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}

/** Answers a small page a person can use without any script. */
export function sendPage(
  reply: FastifyReply,
  page: { title: string; body: string; status?: number },
) {
  return reply
    .code(page.status ?? 200)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem }
label { display: block; margin: .5rem 0 } input { font: inherit }
button { font: inherit; padding: .4rem 1rem; margin: .5rem .5rem .5rem 0 }
</style>
<h1>${escapeHtml(page.title)}</h1>
${page.body}
</html>
`)
}

/** Lets browsers and OAuth clients post forms. */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
}
