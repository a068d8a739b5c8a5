import type { SandboxOptions } from './sandbox.ts'

/** Reads the sandbox's settings; the only place that sees the environment. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): SandboxOptions {
  const limit = env['SANDBOX_REQUEST_LIMIT']
  return {
    port: Number(env['SANDBOX_PORT'] ?? 4010),
    home: env['SANDBOX_HOME'],
    publicUrl: env['SANDBOX_PUBLIC_URL'],
    calendlyClient: {
      id: env['SANDBOX_CALENDLY_CLIENT_ID'],
      secret: env['SANDBOX_CALENDLY_CLIENT_SECRET'],
    },
    calendlyAppKey: env['SANDBOX_CALENDLY_APP_KEY'],
    // Cal.com counts calls alike for all plans.
    calcom:
      limit === undefined || limit === 'plan'
        ? {}
        : { requestLimit: limit === 'off' ? limit : Number(limit) },
    calendly: {
      ...(limit === undefined ? {} : { requestLimit: readLimit(limit) }),
      ...(env['SANDBOX_FIRST_RETRY_SECONDS'] === undefined
        ? {}
        : { firstRetrySeconds: Number(env['SANDBOX_FIRST_RETRY_SECONDS']) }),
    },
  }
}

function readLimit(text: string): number | 'plan' | 'off' {
  return text === 'off' || text === 'plan' ? text : Number(text)
}
