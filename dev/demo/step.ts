import type { World } from './world.ts'

/** Ids and counts that anybody can look up again. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>

/** What a step found, from the sandbox and from REST or the socket. */
export interface Finding {
  readonly ok: boolean
  /** What the step measures, as seen from outside. */
  readonly ms: number
  readonly evidence: Evidence
}

/** One thing that the demo shows. */
export interface Step {
  readonly name: string
  /** What it shows, for the person who reads the table. */
  readonly shows: string
  /** Has an account of its own and waits more than it works: those of one name run side by side. */
  readonly together?: 'troubles' | 'changes'
  /** Shows it; with `isSabotaged` the very thing it shows is made to go wrong. */
  readonly run: (world: World, isSabotaged: boolean) => Promise<Finding>
}

/** A step's line as it is printed. */
export interface StepResult extends Finding {
  readonly step: string
}
