import type { FastifyInstance } from 'fastify'
import { createTampering } from '../tampering.ts'
import { registerAuthorize } from './authorize.ts'
import type { Desk } from './bookings.ts'
import { createGate } from './gate.ts'
import { registerInvitees } from './invitees.ts'
import { answerProblems, TOO_MANY, UNEXPECTED } from './problems.ts'
import { createRateLimits } from './rate-limits.ts'
import { registerRevoke } from './revoke.ts'
import { registerSample } from './sample.ts'
import { registerScheduledEvents } from './scheduled-events.ts'
import { registerTokenEndpoint } from './token-endpoint.ts'
import { registerUsers } from './users.ts'
import { registerWebhookSubscriptions } from './webhook-subscriptions.ts'

/** Serves the API and the authorization server below one prefix; answers how to let held calls go. */
export function registerCalendly(app: FastifyInstance, desk: Desk): () => void {
  const { calendly } = desk
  const limits = createRateLimits(calendly)
  const bodies = { 429: TOO_MANY, 500: UNEXPECTED }
  const tampering = createTampering({
    app,
    faults: calendly.faults,
    provider: 'calendly',
    bodies,
    resetHeader: 'x-ratelimit-reset',
  })
  answerProblems(app)
  const gate = createGate(app, { calendly, limits, tampering })
  registerAuthorize(app, { calendly, tampering })
  registerTokenEndpoint(app, { calendly, limits, tampering, note: gate.note })
  registerRevoke(app, { calendly, tampering })
  registerUsers(app, { calendly, gate })
  registerWebhookSubscriptions(app, { calendly, gate })
  registerScheduledEvents(app, { desk, gate })
  registerInvitees(app, { desk, gate })
  registerSample(app, { calendly, gate })
  return tampering.release
}
