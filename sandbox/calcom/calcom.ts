import type { FastifyInstance } from 'fastify'
import { createTampering } from '../tampering.ts'
import { registerBookingActions } from './booking-actions.ts'
import { registerBookings } from './booking-routes.ts'
import type { Desk } from './bookings.ts'
import { createGate } from './gate.ts'
import { registerMe } from './me.ts'
import { registerOAuth2 } from './oauth2.ts'
import { registerOAuthClients } from './oauth-clients.ts'
import { answerProblems, problemBody, TOO_MANY, UNEXPECTED } from './problems.ts'
import { createRateLimits } from './rate-limits.ts'
import { registerWebhooks } from './webhooks.ts'

/** Serves version 2 of the API below one prefix; answers how to let held calls go. */
export function registerCalcom(app: FastifyInstance, desk: Desk): () => void {
  const { calcom } = desk
  const limits = createRateLimits(calcom)
  const bodies = { 429: problemBody(TOO_MANY, ''), 500: problemBody(UNEXPECTED, '') }
  const tampering = createTampering({
    app,
    faults: calcom.faults,
    provider: 'calcom',
    bodies,
    resetHeader: 'X-RateLimit-Reset-Default',
  })
  answerProblems(app)
  acceptEmptyBodies(app)
  const gate = createGate(app, { calcom, limits, tampering })
  registerMe(app, { calcom, gate })
  registerOAuthClients(app, { calcom, gate })
  registerOAuth2(app, { calcom, gate })
  registerWebhooks(app, { calcom, gate })
  registerBookings(app, { desk, gate })
  registerBookingActions(app, { desk, gate })
  return tampering.release
}

/** A call may promise JSON and send nothing. */
function acceptEmptyBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(String(body)))
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }))
    }
  })
}
