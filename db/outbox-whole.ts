import type { TenantTx } from './tenant.ts'

/** The changes after one number, up to another. */
interface Stretch {
  readonly afterSeq: number
  readonly upTo: number
}

/**
 * Whether each of these changes is still there to be told. Old ones are purged, in no order, and
 * those about a person go when the person is erased.
 */
export async function isWhole(
  { trx, organizationId }: TenantTx,
  { afterSeq, upTo }: Stretch,
): Promise<boolean> {
  // Numbers have no holes of their own: one that isn't committed is given again.
  const { there } = await trx
    .selectFrom('outbox')
    .select(({ fn }) => fn.countAll<string>().as('there'))
    .where('organization_id', '=', organizationId)
    .where('seq', '>', afterSeq)
    .where('seq', '<=', upTo)
    .executeTakeFirstOrThrow()
  return Number(there) === upTo - afterSeq
}
