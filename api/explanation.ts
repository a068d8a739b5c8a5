import type { DebtJson } from '../db/debts.ts'
import type { IntegrationJson } from '../db/integrations.ts'
import type { OwnerExplanation } from '../domain/owner-state.ts'
import { integrationWorkflowId } from '../workflows/contract.ts'

/** What the rows say of an integration. */
interface Found {
  readonly integration: IntegrationJson
  readonly debts: readonly DebtJson[]
  readonly droppedLate: number
}

/** The answer to "why?": the owner's own words, or those of the row where no owner runs. */
export function explanationJson(
  { integration, debts, droppedLate }: Found,
  told: OwnerExplanation | undefined,
  temporalUiUrl: string | undefined,
) {
  const workflowId = integrationWorkflowId(integration.id)
  const state = told?.state
  return {
    id: integration.id,
    status: integration.status,
    summary: told?.summary ?? wordsOf(integration),
    next_due: told?.nextDue ?? null,
    wanted: state?.facts?.wanted ?? null,
    wanted_revision: state?.facts?.wantedRevision ?? null,
    observed_revision: state?.facts?.observedRevision ?? null,
    hook: state === undefined ? null : { ...state.hook, checkedAt: isoOf(state.hook.checkedAt) },
    token:
      state?.facts?.token == null
        ? null
        : {
            generation: state.facts.token.generation,
            issued_at: isoOf(state.facts.token.issuedAt),
            expires_at: isoOf(state.facts.token.expiresAt),
            dead: state.facts.token.dead,
          },
    trouble: state?.trouble ?? null,
    decisions: (state?.decisions ?? []).map(({ at, did, found }) => ({
      at: isoOf(at),
      did,
      found,
    })),
    debts: [...debts],
    dropped_late: droppedLate,
    workflow_id: workflowId,
    workflow_url:
      temporalUiUrl === undefined
        ? null
        : `${temporalUiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`,
  }
}

const wordsOf = ({ status, reason, next_step }: IntegrationJson): string =>
  [`No workflow runs for it; its row says ${status}.`, reason, next_step]
    .filter((part) => part !== null)
    .join(' ')

const isoOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString()
