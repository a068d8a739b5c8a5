import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema } from 'fastify'

/** Describes the routes registered after it: OpenAPI 3.1 at `/openapi.json`, a page at `/docs`. */
export async function useDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rendezvous',
        description: 'Bookings from Calendly and Cal.com as prospects and meetings.',
        version: '1',
      },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
      security: [{ bearer: [] }],
    },
    transform: ({ schema, url }) => ({ schema: withProblems(schema), url }),
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}

/** Refusals are told as problems: the document names their content type, RFC 9457. */
function withProblems(schema: FastifySchema): FastifySchema {
  const { response } = schema
  if (typeof response !== 'object' || response === null || !('4xx' in response)) return schema
  const content = { 'application/problem+json': { schema: response['4xx'] } }
  return { ...schema, response: { ...response, '4xx': { description: 'A refusal', content } } }
}
