import type { Faults } from './faults.ts'

export type ReadSwitch<Switches> = <Name extends keyof Switches & string>(
  name: Name,
) => Switches[Name]

/** The kinds of fault that set a switch for as long as they live. */
export function switchKinds(defaults: object): string[] {
  return Object.keys(defaults).map(kindOf)
}

/** Reads switches: a fault of that name wins over the start options. */
export function createSwitchReader<Switches extends object>(
  provider: string,
  base: Switches,
  faults: Faults,
): ReadSwitch<Switches> {
  return (name) => {
    const fault = faults.find({ provider, kinds: [kindOf(name)] })
    if (fault === undefined) return base[name]
    return (fault.value ?? fault.mode ?? true) as Switches[typeof name]
  }
}

function kindOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
