import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client, WorkflowHandle } from '@temporalio/client'

/** A place where something was found, and what was. */
export interface Hit {
  readonly place: string
  readonly canary: string
}

/** Every canary that stands in one of these texts, in whatever letters. */
export function hitsIn(
  places: ReadonlyMap<string, string>,
  canaries: Readonly<Record<string, readonly string[]>>,
): Hit[] {
  const forms = Object.entries(canaries).map(
    ([canary, texts]) => [canary, texts.map((text) => text.toLowerCase())] as const,
  )
  return [...places].flatMap(([place, text]) => {
    const lower = text.toLowerCase()
    return forms
      .filter(([, texts]) => texts.some((one) => lower.includes(one)))
      .map(([canary]) => ({ place, canary }))
  })
}

/** All that Temporal keeps of every workflow: ids, types, attributes, memo, and the whole history. */
export async function everythingInTemporal(client: Client): Promise<Map<string, string>> {
  const places = new Map<string, string>()
  for await (const info of client.workflow.list()) {
    const { workflowId, runId } = info
    places.set(`listing of ${workflowId}`, textOf(info.raw))
    const handle = client.workflow.getHandle(workflowId, runId)
    for (const [place, text] of await historyOf(handle)) places.set(place, text)
  }
  return places
}

/** Every event of one workflow. */
export async function historyOf(handle: WorkflowHandle): Promise<Map<string, string>> {
  const { events } = await handle.fetchHistory()
  return new Map(
    (events ?? []).map((event) => [
      `${handle.workflowId} event ${String(event.eventId)}`,
      textOf(event),
    ]),
  )
}

/** Each log that the processes of a stack have written. */
export async function everyLog(home: string): Promise<Map<string, string>> {
  const folder = join(home, 'logs')
  const files = await readdir(folder)
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return new Map(files.map((file, at) => [`log ${file}`, texts[at] ?? '']))
}

/** Reads through a message of the wire format: its payloads are bytes with text in them. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (Array.isArray(value)) return value.map(textOf).join('\n')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, inner]) => `${key}: ${textOf(inner)}`)
      .join('\n')
  return typeof value === 'string' ? value : ''
}
