import { readFileSync } from 'node:fs'

/** The environment as plain names and values. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment with empty values left out and every `NAME_FILE` read into `NAME`, trimmed: an
 * editor's newline at the end of a secret must not become part of a key.
 */
export function withSecretFiles(
  environment: Environment,
  names: readonly string[],
): { values: Record<string, string>; mistakes: string[] } {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && value.trim() !== '') values[name] = value.trim()
  const mistakes = names.flatMap((name) => {
    const file = values[`${name}_FILE`]
    if (file === undefined) return []
    if (values[name] !== undefined) return [`${name} and ${name}_FILE are both set: keep one`]
    const content = contentOf(file)
    if (content === undefined || content === '')
      return [`${name}_FILE can not be read or is empty: check the path and its permissions`]
    values[name] = content
    return []
  })
  return { values, mistakes }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // The path may itself say too much about a host: the name of the setting is enough.
    return undefined
  }
}
