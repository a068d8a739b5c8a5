import type { FastifyInstance } from 'fastify'
import { escapeHtml, sendPage } from '../page.ts'
import { lost, sorry } from './answers.ts'
import type { Desk } from './bookings.ts'
import type { Calcom } from './context.ts'
import { findUser } from './context.ts'
import { issueKey } from './credentials.ts'
import { TRIGGERS } from './hook-rules.ts'
import { createHook, findHook, hooksOf } from './hooks.ts'
import type { Hook } from './world.ts'

type Form = Record<string, string | undefined>

const KEYS = '/settings/developer/api-keys'
const HOOKS = '/settings/developer/webhooks'

/** The settings in which a person makes an API key, or a webhook by hand and tries it. */
export function registerSettingsPages(app: FastifyInstance, desk: Desk): void {
  const { calcom } = desk

  app.get(KEYS, async (_request, reply) => {
    const body = `<form method="post">${chooser(calcom)}<button>Make an API key</button></form>`
    return sendPage(reply, { title: 'API keys', body })
  })

  app.post(KEYS, async (request, reply) => {
    const user = findUser(calcom, formOf(request.body)['user'])
    if (user === undefined) return lost(reply)
    const body = `<p>Shown once: <code>${issueKey(calcom, user)}</code></p>`
    return sendPage(reply, { title: 'Your API key', body })
  })

  app.get(HOOKS, async (_request, reply) => {
    const hooks = calcom.world.hooks.all().filter(({ scope }) => scope === 'user')
    const boxes = TRIGGERS.map((name) => {
      const isUsual = name.startsWith('BOOKING_') ? ' checked' : ''
      return `<label><input type="checkbox" name="${name}"${isUsual}> ${name}</label>`
    })
    const body = `<ul>${hooks.map(row).join('\n')}</ul>
<form method="post">${chooser(calcom)}
<label>Subscriber URL <input name="url" type="url" required></label>
<label>Secret <input name="secret"></label>
${boxes.join('\n')}
<button>Create webhook</button></form>`
    return sendPage(reply, { title: 'Webhooks', body })
  })

  app.post(HOOKS, async (request, reply) => {
    const form = formOf(request.body)
    const user = findUser(calcom, form['user'])
    const { url, secret = '' } = form
    if (user === undefined || url === undefined) return lost(reply)
    const owner = String(user.id)
    if (hooksOf(calcom, 'user', owner).some(({ subscriberUrl }) => subscriberUrl === url)) {
      return sorry(reply, 'There is a webhook for this URL already')
    }
    const triggers = TRIGGERS.filter((name) => form[name] !== undefined)
    createHook(calcom, { scope: 'user', owner, subscriberUrl: url, secret, triggers })
    return reply.redirect(`/calcom${HOOKS}`, 303)
  })

  app.post(`${HOOKS}/:id/:act`, async (request, reply) => {
    const { id, act } = request.params as { id: string; act: string }
    const hook = findHook(calcom, id)
    if (hook === undefined) return lost(reply)
    if (act === 'delete') calcom.world.hooks.remove(hook.id)
    if (act === 'ping') await desk.dispatcher.tellHook(hook, { trigger: 'PING', uid: '' })
    return reply.redirect(`/calcom${HOOKS}`, 303)
  })
}

function row({ id, subscriberUrl, active }: Hook): string {
  const form = (act: string, label: string) =>
    `<form method="post" action="/calcom${HOOKS}/${id}/${act}"><button>${label}</button></form>`
  const state = active ? 'on' : 'off'
  return `<li>${escapeHtml(subscriberUrl)} (${state}) ${form('ping', 'Ping test')}${form('delete', 'Delete')}</li>`
}

function chooser({ world }: Calcom): string {
  const users = world.users.all().map(({ email, name }) => {
    const label = `${escapeHtml(name)}, ${escapeHtml(email)}`
    return `<option value="${escapeHtml(email)}">${label}</option>`
  })
  return `<label>You are <select name="user">${users.join('')}</select></label>`
}

function formOf(body: unknown): Form {
  return (body ?? {}) as Form
}
