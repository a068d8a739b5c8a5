import { assertPortsFree, freePort } from './ports.ts'

/** The settings that say where a stack listens. */
export interface StackPorts {
  readonly PORT: number
  readonly SANDBOX_PORT: number
  readonly TEMPORAL_PORT: number
  readonly TEMPORAL_UI_PORT: number
  readonly POSTGRES_PORT: number
}

const NAMES = [
  'PORT',
  'SANDBOX_PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
  'POSTGRES_PORT',
] as const satisfies (keyof StackPorts)[]

/** Promises a port for each listener: the chosen one, which must be free, or any free one. */
export async function portsFor(chosen: Partial<StackPorts>): Promise<StackPorts> {
  await assertPortsFree(chosen)
  const ports = NAMES.map(async (name) => [name, chosen[name] ?? (await freePort())] as const)
  return Object.fromEntries(await Promise.all(ports)) as unknown as StackPorts
}
