import { placeOf as credentialPlace } from './credential-rows.ts'
import { answerPlace } from './idempotency.ts'
import { placeOf as operationPlace } from './operations.ts'
import type { SealedPlace } from './sealing.ts'
import { placeOf as signingKeyPlace } from './signing-keys.ts'

/** A row of a sealed column by the columns that find it again, as texts. */
export type SealedRow = Readonly<Record<string, string>>

/** How the rows of a sealed column are found, and where their values say they live. */
export interface SealedColumn {
  /** With the organization, the primary key. */
  readonly key: readonly string[]
  readonly placeOf: (organizationId: string, row: SealedRow) => SealedPlace
}

/**
 * Every sealed column by `table.column`. The catalog knows them by their checks; a test compares
 * the two, so that a new one can't be left behind when the key changes.
 */
export const SEALED_PLACES: Readonly<Record<string, SealedColumn>> = {
  'operation.code': operationColumn('code'),
  'operation.code_verifier': operationColumn('code_verifier'),
  'credential.access_token': credentialColumn('access_token'),
  'credential.refresh_token': credentialColumn('refresh_token'),
  'subscription.signing_key': {
    key: ['integration_id', 'generation'],
    placeOf: (organizationId, row) =>
      signingKeyPlace({
        organization_id: organizationId,
        integration_id: told(row, 'integration_id'),
        generation: Number(told(row, 'generation')),
      }),
  },
  'idempotency.response': {
    key: ['user_id', 'route', 'key'],
    placeOf: (organizationId, row) =>
      answerPlace(organizationId, {
        userId: told(row, 'user_id'),
        route: told(row, 'route'),
        key: told(row, 'key'),
      }),
  },
}

function operationColumn(field: string): SealedColumn {
  return {
    key: ['id'],
    placeOf: (organizationId, row) => operationPlace(organizationId, told(row, 'id'), field),
  }
}

function credentialColumn(field: 'access_token' | 'refresh_token'): SealedColumn {
  return {
    key: ['integration_id', 'generation'],
    placeOf: (organizationId, row) =>
      credentialPlace(
        {
          organizationId,
          integrationId: told(row, 'integration_id'),
          generation: Number(told(row, 'generation')),
        },
        field,
      ),
  }
}

function told(row: SealedRow, column: string): string {
  const value = row[column]
  if (value === undefined) throw new Error(`a sealed row without its ${column}`)
  return value
}
