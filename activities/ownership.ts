import { abandonGaps, keepGaps } from '../db/gaps.ts'
import { closeIntegration, projectReport, readWanted as readWantedRow } from '../db/integrations.ts'
import type { OwnerReport, WantedFacts } from '../domain/owner-state.ts'
import type { ActivityDeps, IntegrationRow, OwnedJob } from './deps.ts'

/** The owner's look at its own row: what is wanted, and what it has reached. */
export function createOwnershipActivities({ database, log }: ActivityDeps) {
  /** What the row says now. */
  function readWanted({ organizationId, integrationId }: IntegrationRow): Promise<WantedFacts> {
    return database.withTenant(organizationId, (tx) => readWantedRow(tx, integrationId))
  }

  /**
   * Writes what people see and, once a revision is settled, the outcome of every operation up to
   * it, in one transaction: the newest gets the outcome, the others were superseded. The ledger of
   * gaps says the same.
   */
  async function writeReport(input: OwnedJob & { readonly report: OwnerReport }): Promise<void> {
    const { organizationId, integrationId, report, now } = input
    const { status, doubts } = report.projection
    await database.withTenant(organizationId, async (tx) => {
      await projectReport(tx, integrationId, report)
      if (status === 'disconnected') await abandonGaps(tx, { integrationId, now })
      else await keepGaps(tx, { integrationId, doubts, now })
    })
    log.info({ integrationId, status: report.projection.status }, 'integration reported')
  }

  /** Whether the row still wants nothing beyond this revision, so that the owner may end. */
  function closeIfStill(input: IntegrationRow & { readonly revision: number }): Promise<boolean> {
    return database.withTenant(input.organizationId, (tx) =>
      closeIntegration(tx, input.integrationId, input.revision),
    )
  }

  return { readWanted, writeReport, closeIfStill }
}
