import type { StackPorts } from './stack-ports.ts'

/** What `npm start` reads from the environment. */
export interface StartSettings {
  readonly home: string
  readonly ports: StackPorts
  /** The whole environment: the processes themselves take what they know and check it. */
  readonly chosen: Readonly<Record<string, string | undefined>>
}

const DEFAULT_PORTS: StackPorts = {
  PORT: 3000,
  SANDBOX_PORT: 4010,
  TEMPORAL_PORT: 7233,
  TEMPORAL_UI_PORT: 8233,
  POSTGRES_PORT: 54329,
}

/** Reads the settings; a port that is none is an error that names its variable. */
export function startSettings(env: Readonly<Record<string, string | undefined>>): StartSettings {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  const chosen = Object.fromEntries(set)
  const ports = Object.entries(DEFAULT_PORTS).map(([name, fallback]) => [
    name,
    portOf(name, chosen[name] ?? String(fallback)),
  ])
  return {
    home: chosen['RENDEZVOUS_HOME'] ?? '.rendezvous',
    ports: Object.fromEntries(ports) as StackPorts,
    chosen,
  }
}

/** The ports to check and use: those of services that a person brings along are nobody's business. */
export function neededPorts({ ports, chosen }: StartSettings): Partial<StackPorts> {
  const needed: Partial<Record<keyof StackPorts, number>> = { ...ports }
  if (chosen['DATABASE_URL'] !== undefined) delete needed.POSTGRES_PORT
  if (chosen['TEMPORAL_ADDRESS'] !== undefined) {
    delete needed.TEMPORAL_PORT
    delete needed.TEMPORAL_UI_PORT
  }
  return needed
}

function portOf(name: string, text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new Error(`${name}=${text} is not a port: set it to a number from 1 to 65535`)
}
