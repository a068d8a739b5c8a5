import { createReceiver } from '../api/ingress/receiver.ts'
import type { Receiver } from '../api/ingress/receiver.ts'
import type { IngressStore, KeyHolder } from '../db/ingress-store.ts'
import type { Webhook } from '../providers/provider.ts'
import { inputsFrom } from './inputs.ts'
import { randomFrom } from './random.ts'
import type { Address, Shipment } from './shipments.ts'
import type { Tally } from './tally.ts'

/** Every so many forgeries, one authentic delivery with an odd content. */
const ODD_ONE_IN = 20

const ADDRESS: Address = {
  endpoint: 'fuzzfuzzfuzzfuzzfuzzfuzzfuzzfuzz',
  signingKey: 'the key of the one endpoint that is fuzzed',
  userUri: 'https://api.calendly.com/users/fuzz',
}

export interface InsideRun {
  readonly seed: number
  readonly count: number
  /** What verifies and reads; a weak one must be found. */
  readonly webhook: Webhook
}

/** Gives so many forgeries to everything behind the frame of HTTP, as fast as it can take them. */
export async function fuzzInside({ seed, count, webhook }: InsideRun, tally: Tally): Promise<void> {
  const now = Date.now
  const receiver = createReceiver({
    provider: 'calendly',
    webhook,
    store: STORE,
    appKeys: [],
    hasOwnKeysOnly: false,
    now,
    reserve: () => undefined,
  })
  const inputs = inputsFrom(randomFrom(seed), { now, frames: false })
  for (let at = 0; at < count; at += 1) {
    const some = at % ODD_ONE_IN === 0 ? [inputs.forged, inputs.odd] : [inputs.forged]
    for (const make of some) {
      const input = make(ADDRESS)
      try {
        const { kind } = await received(receiver, input.shipment)
        tally.note(input, kind)
      } catch (error) {
        tally.note(input, 'broken', String(error))
      }
    }
  }
  await receiver.idle()
  receiver.close()
}

/** As Node would hand it over: blanks at the ends stripped, several headers joined. */
function received(receiver: Receiver, { path, signatures, body }: Shipment) {
  const values = signatures.map((value) => value.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
  const arrival = {
    signature: values.length === 0 ? undefined : values.join(', '),
    rawBody: body,
    userAgent: 'fuzz',
  }
  const endpoint = /^\/webhooks\/calendly\/([^?]+)/.exec(path)?.[1]
  if (endpoint === undefined) return receiver.atSharedRoute(arrival)
  return receiver.atEndpoint(endpoint, arrival)
}

const HOLDER: KeyHolder = {
  organizationId: '00000000-0000-4000-8000-000000000001',
  integrationId: '00000000-0000-4000-8000-000000000002',
  generation: 1,
  provider: 'calendly',
  endpoint: ADDRESS.endpoint,
  signingKey: ADDRESS.signingKey,
  state: 'live',
  wanted: 'connected',
  retiredAt: null,
  accountUserUri: ADDRESS.userUri,
  accountOrganizationUri: null,
}

/** Knows one endpoint and takes everything: what a verifier lets through is what is counted. */
const STORE: IngressStore = {
  endpointKeys: async (endpoint) => (endpoint === ADDRESS.endpoint ? HOLDER : undefined),
  lookUpEndpoints: async (endpoints) =>
    endpoints.map((endpoint) => ({ holder: endpoint === ADDRESS.endpoint ? HOLDER : undefined })),
  keysForAccount: async (uri) => (uri === ADDRESS.userUri ? [HOLDER] : []),
  acceptEvents: async (deliveries) =>
    deliveries.map(() => ({
      outcome: 'stored',
      organizationId: HOLDER.organizationId,
      integrationId: HOLDER.integrationId,
      eventId: '00000000-0000-4000-8000-000000000003',
    })),
  keepUnrouted: async () => true,
  countRejection: async () => {},
  ping: async () => {},
  close: async () => {},
}
