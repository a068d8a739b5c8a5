import { parseArgs } from 'node:util'

/** What a person may ask of the demo. */
export interface DemoOptions {
  /** One JSON object a line instead of a table. */
  readonly isJson: boolean
  /** The steps that are made to fail. */
  readonly sabotaged: readonly string[]
  /** The steps to run, all unless told. */
  readonly only: readonly string[]
  /** How long a step waits for something that does not come. */
  readonly patienceMs: number
  readonly isHelp: boolean
}

/** Long enough that what has not come by then is not coming. */
const PATIENCE_MS = 5_000

/** Reads the arguments; a step that does not exist is an error that names those that do. */
export function readOptions(args: readonly string[], steps: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      sabotage: { type: 'string', multiple: true, default: [] },
      only: { type: 'string', multiple: true, default: [] },
      patience: { type: 'string', default: String(PATIENCE_MS) },
      help: { type: 'boolean', default: false },
    },
  })
  const { json: isJson, sabotage: sabotaged, only, help: isHelp } = values
  const patienceMs = Number(values.patience)
  if (!(patienceMs > 0)) throw new Error('--patience is a number of milliseconds above zero')
  const stranger = [...sabotaged, ...only].find((name) => !steps.includes(name))
  if (stranger !== undefined)
    throw new Error(`there is no step "${stranger}"; the steps: ${steps.join(', ')}`)
  return { isJson, sabotaged, only: only.length === 0 ? steps : only, patienceMs, isHelp }
}
