/** An operation of one organization. */
export interface OperationRow {
  readonly organizationId: string
  readonly operationId: string
}

/** What became of a code: kept as tokens, or the reason there are none. */
export type Exchange = 'kept' | 'refused' | 'keyRefused' | 'unreachable' | 'unclear'
