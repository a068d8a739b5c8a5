import type { Directory, WatchedIntegration } from '../db/directory.ts'

/** A thousand at a time, so that one look is one short query. */
const PAGE = 1_000

/** Every integration of every organization, in the order of their ids. */
export async function* watchedIntegrations(
  directory: Pick<Directory, 'integrationsToWatch'>,
): AsyncGenerator<WatchedIntegration> {
  let after: string | null = null
  for (;;) {
    const page: readonly WatchedIntegration[] = await directory.integrationsToWatch(after, PAGE)
    yield* page
    after = page.at(-1)?.integrationId ?? null
    if (page.length < PAGE || after === null) return
  }
}
