import type { Mutant } from '../mutant.ts'

/** Mistakes in what is done to the webhooks of an account, and in what is said of them. */
export const HOOKS: readonly Mutant[] = [
  {
    name: 'sweeps away the hooks of others',
    file: 'activities/hook-tasks.ts',
    from: "filter(({ use }) => use === 'stray')",
    to: "filter(({ use }) => use !== 'live')",
    test: {
      file: 'test/activities/hook-tasks.test.ts',
      title: 'sweeps strays of ours, and neither the live hook nor one of somebody else',
    },
  },
  {
    name: 'removes every hook of an account on the way out',
    file: 'activities/own-hooks.ts',
    from: "    mine.has(endpointOf(callbackUrl) ?? ''),",
    to: "    mine.has(endpointOf(callbackUrl) ?? '') || callbackUrl !== '',",
    test: {
      file: 'test/activities/hook-removal.test.ts',
      title: 'removes our hook and nothing foreign',
    },
  },
  {
    name: 'calls a hook live before the provider lists it',
    file: 'activities/hooks.ts',
    from: '  settled: false,',
    to: '  settled: true,',
    test: {
      file: 'test/activities/hooks.test.ts',
      title: 'makes one hook, and is settled only when the provider lists it',
    },
  },
  {
    name: 'keeps a hook that the provider has disabled',
    file: 'domain/reconciliation.ts',
    from: "  if (hook.state !== 'active') return 'disabled'\n",
    to: '',
    test: {
      file: 'test/domain/reconciliation.test.ts',
      title: 'replaces a hook that is ill: disabled',
    },
  },
  {
    name: 'keeps a hook under the former public URL',
    file: 'domain/reconciliation.ts',
    from: "  if (!hook.callbackUrl.startsWith(`${desired.baseUrl}/`)) return 'old base URL'\n",
    to: '',
    test: {
      file: 'test/domain/reconciliation.test.ts',
      title: 'replaces a hook under an old base URL, and deletes it after the new one stands',
    },
  },
  {
    name: 'says nothing of a public URL that has changed',
    file: 'domain/explaining.ts',
    from: '    ...ofMove(circumstances, own),\n',
    to: '    ...ofMove(circumstances, own).filter(() => own.length > 9),\n',
    test: {
      file: 'test/api/explain.test.ts',
      title: 'tells the lesser illnesses behind the one that must be cured first',
    },
  },
  {
    name: 'says that all is well while a hook is silent',
    file: 'domain/owner-findings.ts',
    from: "  if (incident !== null && hook.state === 'live')",
    to: "  if (incident !== null && hook.state !== 'live')",
    test: {
      file: 'test/api/explain.test.ts',
      title: 'names the cause and the next step in its first sentence: a hook that is silent',
    },
  },
]
