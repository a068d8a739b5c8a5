import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { stamp } from '../clock.ts'
import { isRecord, textOf } from '../json.ts'
import type { Desk } from './bookings.ts'
import type { RoutingForm } from './catalog-rows.ts'
import { idOf } from './context.ts'
import { readTracking } from './control-bookings.ts'
import { pathId, readOrder, refuse } from './control-order.ts'
import { findOrganization } from './people.ts'
import {
  newQuestion,
  routingFormObject,
  submissionNews,
  submissionObject,
} from './routing-forms.ts'

const STATUSES = ['draft', 'published'] as const
const RESULTS = ['event_type', 'external_url', 'custom_message'] as const

/** Makes, changes and deletes routing forms, and takes submissions, which hooks are told of. */
export function registerRoutingFormControl(app: FastifyInstance, desk: Desk): void {
  const { calendly, dispatcher } = desk
  const { routingForms, submissions, invitees } = calendly.world

  app.post('/routing-forms', async (request, reply) => {
    const required = { organization: 'text', name: 'text', questions: 'texts' } as const
    const given = readOrder(request.body, { required })
    if (typeof given === 'string') return refuse(reply, given)
    const organization = findOrganization(calendly, String(given['organization']))
    if (organization === undefined) return refuse(reply, 'no such organization', 404)
    const now = stamp()
    const form: RoutingForm = {
      uuid: randomUUID(),
      organization: organization.uuid,
      name: String(given['name']),
      status: 'published',
      questions: (given['questions'] as string[]).map(newQuestion),
      createdAt: now,
      updatedAt: now,
    }
    return reply.code(201).send(keep(form))
  })

  app.patch('/routing-forms/:id', async (request, reply) => {
    const given = readOrder(request.body, { optional: { name: 'text', status: STATUSES } })
    if (typeof given === 'string') return refuse(reply, given)
    const form = routingForms.get(pathId(request.params))
    if (form === undefined) return refuse(reply, 'no such form', 404)
    const status = STATUSES.find((one) => one === given['status']) ?? form.status
    const name = textOf(given, 'name') ?? form.name
    return reply.send(keep({ ...form, name, status, updatedAt: stamp() }))
  })

  app.delete('/routing-forms/:id', async (request, reply) => {
    const id = pathId(request.params)
    if (routingForms.get(id) === undefined) return refuse(reply, 'no such form', 404)
    routingForms.remove(id)
    return reply.code(204).send()
  })

  app.post('/routing-forms/:id/submissions', async (request, reply) => {
    const given = readOrder(request.body, {
      required: { answers: 'record', result: 'record' },
      optional: { invitee: 'text', tracking: 'record' },
    })
    if (typeof given === 'string') return refuse(reply, given)
    const form = routingForms.get(pathId(request.params))
    if (form === undefined) return refuse(reply, 'no such form', 404)
    if (form.status === 'draft') return refuse(reply, 'form is not published', 409)
    const answers = readAnswers(form, given['answers'])
    if (typeof answers === 'string') return refuse(reply, answers)
    const result = readResult(given['result'])
    if (typeof result === 'string') return refuse(reply, result)
    const named = textOf(given, 'invitee')
    const invitee = named === undefined ? null : idOf(named)
    if (invitee !== null && invitees.get(invitee) === undefined) {
      return refuse(reply, 'no such invitee', 404)
    }
    const now = stamp()
    const tracking = readTracking(isRecord(given['tracking']) ? given['tracking'] : {})
    const times = { createdAt: now, updatedAt: now }
    const uuid = randomUUID()
    const submission = { uuid, form: form.uuid, answers, tracking, result, invitee, ...times }
    submissions.put(submission)
    dispatcher.announce([submissionNews(calendly, form.organization, submission)])
    return reply.code(201).send(submissionObject(calendly, submission))
  })

  function keep(form: RoutingForm): object {
    routingForms.put(form)
    return routingFormObject(calendly, form)
  }
}

/** Every question answered, in the order of the form. */
function readAnswers(form: RoutingForm, given: unknown) {
  const answers = isRecord(given) ? given : {}
  const names = form.questions.map(({ name }) => name)
  const stray = Object.keys(answers).find((name) => !names.includes(name))
  if (stray !== undefined) return `the form does not ask ${stray}`
  const open = names.find((name) => textOf(answers, name) === undefined)
  if (open !== undefined) return `${open} is not answered`
  return form.questions.map(({ uuid, name }) => ({
    question_uuid: uuid,
    question: name,
    answer: textOf(answers, name) ?? '',
  }))
}

/** Where the submission led: an event type's address, an address, or a message. */
function readResult(given: unknown) {
  const result = isRecord(given) ? given : {}
  const { value, ...rest } = result
  const named = readOrder(rest, { required: { type: RESULTS } })
  if (typeof named === 'string') return `result.${named}`
  const type = String(named['type'])
  const isFit = type === 'custom_message' ? isRecord(value) : typeof value === 'string'
  return isFit ? { type, value } : `result.value does not fit ${type}`
}
