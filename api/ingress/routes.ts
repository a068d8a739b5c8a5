import type { FastifyInstance } from 'fastify'
import type { ProviderName } from '../../domain/provider-name.ts'
import type { ApiDeps } from '../deps.ts'
import { createReceiver } from './receiver.ts'
import { createRejectionCounter } from './rejections.ts'
import { webhookRoutes } from './webhooks.ts'

interface Door {
  /** For hooks registered by hand or by older systems, which name no endpoint of ours. */
  readonly sharedRoutes: readonly string[]
  /** Whether the app-wide key opens these alone, so that without one nothing does. */
  readonly hasOwnKeysOnly: boolean
}

const DOORS: Readonly<Record<ProviderName, Door>> = {
  calendly: { sharedRoutes: ['/calendly/webhook', '/api/calendly/webhook'], hasOwnKeysOnly: false },
  calcom: { sharedRoutes: ['/api/webhooks/calcom'], hasOwnKeysOnly: true },
}

/** The webhook door of every provider. Closing waits for what is being committed. */
export async function ingressRoutes(scope: FastifyInstance, deps: ApiDeps): Promise<void> {
  const { ingressStore, gateway, appKeys, options } = deps
  scope.setChildLoggerFactory(() => scope.log)
  const rejections = createRejectionCounter((rejection, count) =>
    ingressStore.countRejection({ ...rejection, count }),
  )
  scope.addHook('onClose', () => rejections.close())

  for (const provider of Object.values(deps.providers)) {
    const { webhook, name } = provider
    const { sharedRoutes, hasOwnKeysOnly } = DOORS[name]
    const receiver = createReceiver({
      provider: name,
      webhook,
      store: ingressStore,
      appKeys: appKeys[name] ?? [],
      hasOwnKeysOnly,
      now: options?.now ?? Date.now,
      reserve: () => gateway.reserveEvent(),
      onStored: options?.onStored,
    })
    scope.addHook('onClose', async () => {
      await receiver.idle()
      receiver.close()
    })
    await scope.register(webhookRoutes, {
      provider: name,
      signatureHeader: webhook.signatureHeader,
      sharedRoutes,
      receiver,
      rejections,
    })
  }
}
