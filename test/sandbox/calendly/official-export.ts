import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { Answer } from '../visitor.ts'

/** Fails when an answer is not what the export has under that name. */
export type Check = (name: string, answer: Answer) => void

const DATA = new URL('../openapi/calendly-2023-01.json', import.meta.url)

/**
 * Opens what answers are checked against. `calendly-2023-01.json` holds parts of the official
 * export of 2023-01, kept as data. Where it is older than what is known of 2026, the newer fact wins:
 * - its references to `models/*.yaml` dangle: they take anything here, and are checked elsewhere;
 * - `WebhookSubscription.events` knew three names: any name is taken;
 * - `canceler_type` and the rest hold; `cancellation.created_at`, `group`, `locale`,
 *   `invitee_scheduled_by`, `scheduling_method`, `user_email`, `meeting_notes_*` came later: more
 *   fields than it names are taken;
 * - a webhook's payload may also be of other families than invitees and forms: those are checked by
 *   the schema of their object;
 * - the plan message of `POST /webhook_subscriptions` 403 changed twice: it is not compared.
 */
export async function openExport(): Promise<Check> {
  return checkerOf(JSON.parse(await readFile(DATA, 'utf8')) as Data)
}

interface Data {
  schemas: Record<string, any>
  responses: Record<string, unknown>
  errors: Record<string, unknown>
}

function checkerOf(data: Data): Check {
  data.schemas['WebhookSubscription'].properties.events.items = { type: 'string' }
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(withoutDangling(data) as object, 'calendly')
  return (name: string, { status, body }: Answer) => {
    const folder =
      (['responses', 'errors'] as const).find((known) => name in data[known]) ?? 'schemas'
    if (folder === 'responses') assert.equal(status, Number(name.slice(-3)), JSON.stringify(body))
    const pointer = encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
    const validate = ajv.compile({ $ref: `calendly#/${folder}/${pointer}` })
    assert.ok(validate(body), `${name}: ${ajv.errorsText(validate.errors)}`)
  }
}

/** References that lead nowhere take anything; what may be null may be so beside its names, too. */
function withoutDangling(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutDangling)
  if (typeof node !== 'object' || node === null) return node
  const { $ref } = node as { $ref?: string }
  if ($ref?.startsWith('models/') === true) return {}
  const { nullable, enum: names } = node as { nullable?: boolean; enum?: unknown[] }
  if (nullable === true && names !== undefined) return { ...node, enum: [...names, null] }
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withoutDangling(value)]),
  )
}
