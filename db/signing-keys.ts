import type { KeyRing } from './key-ring.ts'
import { open, type SealedPlace, seal } from './sealing.ts'

interface KeyRow {
  readonly organization_id: string
  readonly integration_id: string
  readonly generation: number
  readonly signing_key: string | null
}

/** Opens the signing key of a subscription's row. */
export const openKey = (ring: KeyRing, row: KeyRow): string =>
  open(ring, placeOf(row), row.signing_key ?? '')

/** Seals the signing key of a subscription's row. */
export const sealKey = (ring: KeyRing, row: Omit<KeyRow, 'signing_key'>, key: string): string =>
  seal(ring, placeOf(row), key)

/** Where the signing key of a subscription is sealed. */
export const placeOf = (row: Omit<KeyRow, 'signing_key'>): SealedPlace => ({
  organizationId: row.organization_id,
  row: `subscription/${row.integration_id}`,
  field: 'signing_key',
  generation: row.generation,
})
