import { randomUUID } from 'node:crypto'
import type { Question, RoutingForm, Submission } from './catalog-rows.ts'
import type { Calendly } from './context.ts'
import { uriOf } from './context.ts'
import type { News } from './news.ts'
import { inOrder } from './objects.ts'

/** A question of a form: a text that has to be answered. */
export function newQuestion(name: string): Question {
  return { uuid: randomUUID(), name, type: 'text', required: true, answer_choices: null }
}

/** A routing form as the export of 2023-01 has it. */
export function routingFormObject(calendly: Calendly, form: RoutingForm): object {
  return inOrder({
    uri: uriOf(calendly, `routing_forms/${form.uuid}`),
    organization: uriOf(calendly, `organizations/${form.organization}`),
    name: form.name,
    status: form.status,
    questions: form.questions,
    created_at: form.createdAt,
    updated_at: form.updatedAt,
  })
}

/**
 * What is told of a submission, whether or not somebody books: to the organization alone. There is
 * no event for a form that is made, changed or deleted.
 */
export function submissionNews(
  calendly: Calendly,
  organization: string,
  submission: Submission,
): News {
  return {
    name: 'routing_form_submission.created',
    at: submission.createdAt,
    organization,
    people: [],
    invitee: null,
    payload: submissionObject(calendly, submission),
  }
}

/**
 * A submission, keys in order. The only published `submitter` lacks the host of the API: it is the
 * invitee's path below the site, and so it is here.
 */
export function submissionObject(calendly: Calendly, submission: Submission): object {
  const invitee = calendly.world.invitees.get(submission.invitee ?? '')
  const { site } = calendly.address
  return inOrder({
    uri: uriOf(calendly, `routing_form_submissions/${submission.uuid}`),
    routing_form: uriOf(calendly, `routing_forms/${submission.form}`),
    questions_and_answers: submission.answers,
    tracking: submission.tracking,
    result: submission.result,
    submitter:
      invitee === undefined
        ? null
        : `${site}/scheduled_events/${invitee.event}/invitees/${invitee.uuid}`,
    submitter_type: invitee === undefined ? null : 'Invitee',
    created_at: submission.createdAt,
    updated_at: submission.updatedAt,
  })
}
