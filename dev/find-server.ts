import { join } from 'node:path'
import { cacheDirectory, cached, exists } from './cache.ts'
import type { Log } from './progress.ts'
import { onPath } from './processes.ts'

/** A server that is not an npm package, and the ways to get hold of it. */
export interface ServerSource {
  readonly title: string
  /** The environment variable that names an executable outright. */
  readonly variable: string
  /** What it is called on `PATH`. */
  readonly command: string
  /** Its place in the cache, version included. */
  readonly cacheName: string
  /** The executable inside that place, when the place is a folder. */
  readonly within?: string
  /** Fill the workshop and name what becomes the cached place. */
  readonly download: (workshop: string, log: Log) => Promise<string>
  readonly build: (workshop: string, log: Log) => Promise<string>
}

/**
 * Promises the executable: named by the environment, on `PATH`, cached, downloaded or built, in this
 * order, and tells the log which one and from where.
 */
export async function findServer(source: ServerSource, log: Log): Promise<string> {
  const told = process.env[source.variable]
  if (told !== undefined && told !== '') {
    if (!(await exists(told))) throw new Error(`${source.variable}=${told}: there is no such file`)
    return found(source, log, { path: told, origin: source.variable })
  }
  const installed = onPath(source.command)
  if (installed !== undefined) return found(source, log, { path: installed, origin: 'PATH' })
  let origin = `cache ${cacheDirectory()}`
  const place = await cached(source.cacheName, async (workshop) => {
    try {
      const made = await source.download(workshop, log)
      origin = 'official download'
      return made
    } catch (error) {
      log(`${source.title}: official download unreachable (${reasonOf(error)}), building instead`)
      origin = 'built from its language registry'
      return source.build(workshop, log)
    }
  })
  const path = source.within === undefined ? place : join(place, source.within)
  return found(source, log, { path, origin })
}

function found(
  { title }: ServerSource,
  log: Log,
  { path, origin }: { readonly path: string; readonly origin: string },
): string {
  log(`${title}: ${path} (${origin})`)
  return path
}

/** Node's fetch hides what went wrong in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError') return 'no answer within 10 s'
  return error.cause instanceof Error ? error.cause.message : error.message
}
