import { isRecord } from '../json.ts'
import type { Detail } from './problems.ts'
import { invalidArgument } from './problems.ts'

export interface ParameterRules {
  required?: readonly string[]
  optional?: readonly string[]
  /** Fields that must be strings: all others are checked by their route. */
  texts?: readonly string[]
}

/** The parameters of a body or query; throws the 400 that names what is missing or unknown. */
export function readParameters(given: unknown, rules: ParameterRules): Record<string, unknown> {
  const values = isRecord(given) ? given : {}
  const { required = [], optional = [], texts = [] } = rules
  const details: Detail[] = []
  for (const parameter of required) {
    const value = values[parameter]
    if (value === undefined || value === null) details.push({ parameter, message: 'is missing' })
    else if (value === '') details.push({ parameter, message: 'must be filled' })
  }
  for (const parameter of Object.keys(values)) {
    if (!required.includes(parameter) && !optional.includes(parameter)) {
      details.push({ parameter, message: 'is unknown' })
    }
  }
  for (const parameter of texts) {
    const value = values[parameter]
    if (value !== undefined && value !== null && typeof value !== 'string') {
      details.push({ parameter, message: 'must be a string' })
    }
  }
  if (details.length > 0) throw invalidArgument(details)
  return values
}
