import type { FastifyReply } from 'fastify'
import { escapeHtml, sendPage } from '../page.ts'

/** A page that says why something was not done. */
export function sorry(reply: FastifyReply, why: string) {
  return sendPage(reply, { status: 400, title: 'Not done', body: `<p>${escapeHtml(why)}</p>` })
}

/** A page of an address that leads nowhere. */
export function lost(reply: FastifyReply) {
  return sendPage(reply, { status: 404, title: 'Not found', body: '<p>Nothing is here.</p>' })
}
