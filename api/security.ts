import helmet from '@fastify/helmet'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** One line a request of this scope: method, path without its query, status, milliseconds. */
export function useAccessLog(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    // A probe every second is no news.
    if (!isQuiet(request))
      request.log.info(
        {
          method: request.method,
          path: pathOf(request),
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime),
        },
        'answered',
      )
    done()
  })
}

/** The route's pattern where there is one: ids, tickets and states stay out of the log. */
const pathOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'no route'

const isQuiet = ({ routeOptions }: FastifyRequest): boolean =>
  /^\/(health|ready)$/.test(routeOptions.url ?? '')

/**
 * Strict headers for everything: no inline script, no frame, no foreign source. A page that opens
 * a popup keeps it.
 */
export async function useSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    referrerPolicy: { policy: 'no-referrer' },
    // Set by whoever terminates TLS; locally it would lock a browser out of plain http.
    strictTransportSecurity: false,
  })
}
