import { parseArgs } from 'node:util'

/** What a person may ask of the demo. */
export interface DemoOptions {
  /** One JSON object a line instead of a table. */
  readonly isJson: boolean
  /** The step that is made to fail. */
  readonly sabotage: string | undefined
  /** How long a step waits for something that does not come. */
  readonly patienceMs: number
  readonly isHelp: boolean
}

/** A person at a terminal sees the difference between slow and never within this. */
const PATIENCE_MS = 5_000

/** Reads the arguments; a step that does not exist is an error that names those that do. */
export function readOptions(args: readonly string[], steps: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      sabotage: { type: 'string' },
      patience: { type: 'string', default: String(PATIENCE_MS) },
      help: { type: 'boolean', default: false },
    },
  })
  const { json: isJson, sabotage, help: isHelp } = values
  const patienceMs = Number(values.patience)
  if (!(patienceMs > 0)) throw new Error('--patience is a number of milliseconds above zero')
  if (sabotage !== undefined && !steps.includes(sabotage))
    throw new Error(`--sabotage knows no step "${sabotage}"; the steps: ${steps.join(', ')}`)
  return { isJson, sabotage, patienceMs, isHelp }
}
