import type { RowCircumstances } from '../db/circumstances.ts'
import type { DebtJson } from '../db/debts.ts'
import type { IntegrationJson } from '../db/integrations.ts'
import { explain } from '../domain/explaining.ts'
import { type Finding, wordsOf } from '../domain/finding.ts'
import { integrationWorkflowId } from '../workflows/contract.ts'
import type { OwnerTold } from './owner-told.ts'

/** An integration with all that may tell why it is as it is. */
interface ToExplain {
  readonly integration: IntegrationJson
  readonly circumstances: RowCircumstances
  readonly debts: readonly DebtJson[]
  readonly droppedLate: number
  readonly owner: OwnerTold
  readonly apiUrl: string
  readonly temporalUiUrl: string | undefined
}

/** The answer to "why?": first the cause and what to do, then the evidence behind it. */
export function explanationJson(told: ToExplain) {
  const { integration, debts, owner, temporalUiUrl } = told
  const workflowId = integrationWorkflowId(integration.id)
  const answer = owner.kind === 'told' ? owner : undefined
  const state = answer?.state
  const findings = findingsIn(told)
  return {
    id: integration.id,
    status: integration.status,
    summary: wordsOf(findings),
    findings: findings.map(findingJson),
    owner: owner.kind === 'told' ? 'running' : owner.kind,
    next_due: answer?.nextDue ?? null,
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
    dropped_late: told.droppedLate,
    workflow_id: workflowId,
    workflow_url:
      temporalUiUrl === undefined
        ? null
        : `${temporalUiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`,
  }
}

function findingsIn({ integration, circumstances, debts, owner, apiUrl }: ToExplain) {
  const { status, reason, next_step: nextStep, callback_url: callbackUrl } = integration
  return explain({
    ...circumstances,
    now: Date.now(),
    owner,
    row: { status, reason, nextStep, callbackUrl },
    baseUrl: apiUrl,
    debts: debts.map(({ last_error: lastError, expires_at: expiresAt }) => ({
      lastError,
      expiresAt: Date.parse(expiresAt),
    })),
  })
}

const findingJson = ({ code, cause, nextStep, detail }: Finding) => ({
  code,
  cause,
  next_step: nextStep,
  detail,
})

const isoOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString()
