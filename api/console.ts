import { existsSync } from 'node:fs'
import { join } from 'node:path'
import serveFiles from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { notFound } from './problems.ts'

/** Serves the built console at `/`, and its one page for every address within it. */
export async function consoleRoutes(
  scope: FastifyInstance,
  { consolePath }: { consolePath: string | undefined },
): Promise<void> {
  if (consolePath === undefined || !existsSync(join(consolePath, 'index.html'))) return
  await scope.register(serveFiles, {
    root: consolePath,
    wildcard: false,
    index: false,
    setHeaders: (response, path) => {
      const isNamedByContent = path.includes('/assets/')
      const cache = isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache'
      void response.header('cache-control', cache)
    },
  })
  scope.get('/', { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'))
  scope.get('/*', { schema: { hide: true } }, (request, reply) =>
    isPage(request) ? reply.sendFile('index.html') : notFound(request, reply),
  )
}

/** A browser that asks for a page, outside of what programs ask for. */
const isPage = ({ headers, url }: FastifyRequest): boolean =>
  (headers.accept ?? '').includes('text/html') && !PROGRAMS.test(url)

const PROGRAMS = /^\/(api|auth|calendly|webhooks|oauth|socket\.io|docs|openapi\.json)(\/|$|\?)/
