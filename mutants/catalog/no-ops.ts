import type { Mutant } from '../mutant.ts'

/** Changes that change nothing: each must come out as missed, or the proof proves nothing. */
export const NO_OPS: readonly Mutant[] = [
  {
    name: 'the other way round to take the absolute age of a signature',
    file: 'providers/calendly/signature.ts',
    from: 'Math.abs(age) > REPLAY_WINDOW_SECONDS',
    to: 'Math.abs(-age) > REPLAY_WINDOW_SECONDS',
    test: {
      file: 'test/providers/calendly/signature.test.ts',
      title: 'accepts no mutation of header or body',
    },
  },
  {
    name: 'the other way round to choose the later of two facts',
    file: 'domain/booking-merge.ts',
    from: '(textOf(a) >= textOf(b) ? a : b)',
    to: '(textOf(b) > textOf(a) ? b : a)',
    test: {
      file: 'test/domain/booking-state.test.ts',
      title: 'merges as a join: in any order, any grouping, any number of times',
    },
  },
]
