import type { NamedTest } from './mutant.ts'

/** What mocha's own JSON says of a run, as far as it matters here. */
export interface Report {
  readonly passes: readonly { readonly title: string }[]
  readonly failures: readonly { readonly title: string; readonly err: Thrown }[]
}

interface Thrown {
  readonly code?: unknown
  readonly message?: string
  /** What a property-based test wraps is told here. */
  readonly cause?: Thrown
}

/** Whether a mutant was caught, and what happened in words. */
export interface Verdict {
  readonly is: 'caught' | 'survived' | 'void'
  readonly why: string
}

/**
 * The verdict over a mutant: caught only where its named test fails by an assertion. What
 * crashes, hangs or fails in a hook proves nothing, and is void.
 */
export function verdictOf({ title }: NamedTest, report: Report | undefined): Verdict {
  if (report === undefined) return nothing('the run broke off')
  const own = report.failures.find((failure) => failure.title === title)
  if (own !== undefined && isAssertion(own.err)) return { is: 'caught', why: firstLine(own.err) }
  if (report.passes.some((pass) => pass.title === title))
    return { is: 'survived', why: 'its test is green' }
  const [failure] = own === undefined ? report.failures : [own]
  if (failure === undefined) return nothing('there is no such test')
  return nothing(`failed by no assertion, in "${failure.title}": ${firstLine(failure.err)}`)
}

const nothing = (why: string): Verdict => ({ is: 'void', why })

const isAssertion = ({ code, cause }: Thrown): boolean =>
  code === 'ERR_ASSERTION' || (cause !== undefined && isAssertion(cause))

const firstLine = ({ message = '' }: Thrown): string => (message.split('\n')[0] ?? '').slice(0, 100)
