import { envSchema } from 'env-schema'
import type { Static, TObject } from 'typebox'
import { LEGACY_NAMES, SECRETS } from './settings.ts'
import { withSecretFiles } from './secret-files.ts'
import type { Environment } from './secret-files.ts'

/** Every mistake of a configuration in one message, which names settings and never a value. */
export class ConfigurationError extends Error {
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(`The configuration has ${mistakes.length} mistake(s):\n  - ${mistakes.join('\n  - ')}`)
    this.name = 'ConfigurationError'
    this.mistakes = mistakes
  }
}

/** The settings as far as they are right, and every mistake with its remedy. */
export function checkSettings<Schema extends TObject>(
  schema: Schema,
  environment: Environment,
): { settings: Static<Schema> | undefined; mistakes: string[] } {
  const { values, mistakes } = withSecretFiles(environment, SECRETS)
  for (const [name, remedy] of Object.entries(LEGACY_NAMES))
    if (values[name] !== undefined) mistakes.push(`${name} is a name of an older system: ${remedy}`)
  try {
    const settings = envSchema<Static<Schema>>({
      schema: structuredClone(schema) as object,
      data: values,
      env: false,
      dotenv: false,
    })
    return { settings, mistakes }
  } catch (error) {
    mistakes.push(...worded(schema, error))
    return { settings: undefined, mistakes: [...new Set(mistakes)] }
  }
}

interface Flaw {
  readonly instancePath: string
  readonly keyword: string
  readonly params: { readonly missingProperty?: string }
}

/** Only names and remedies are taken from the validator's errors: its own text may quote input. */
function worded(schema: TObject, error: unknown): string[] {
  const flaws = (error as { errors?: readonly Flaw[] }).errors
  if (flaws === undefined) throw error
  return flaws.map(({ instancePath, params }) => {
    const name = params.missingProperty ?? instancePath.slice(1)
    const fault = params.missingProperty === undefined ? 'is not valid' : 'is missing'
    return `${name} ${fault}: ${remedyOf(schema, name)}`
  })
}

const remedyOf = (schema: TObject, name: string): string =>
  (schema.properties[name] as { description?: string } | undefined)?.description ??
  'see .env.example'
