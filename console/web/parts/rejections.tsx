import { useCallback } from 'preact/hooks'
import type { Api } from '../api-client.ts'
import type { RefusedDeliveries } from '../operation-records.ts'
import { providerName } from '../provider-name.ts'
import { Link } from '../router.tsx'
import { usePages } from '../use-pages.ts'
import { useRead } from '../use-read.ts'
import { useLanguage } from '../words/language.ts'
import { ProblemLine } from './problem-line.tsx'

interface RejectionsProps {
  readonly api: Api
  /** Only what was refused at this one. */
  readonly integrationId: string | undefined
}

/** What the door for deliveries refused, how often and what it means; alarms first. */
export function Rejections({ api, integrationId }: RejectionsProps) {
  const { tag, words } = useLanguage()
  const say = words.rejections
  const refusals = usePages(api.rejections)
  const integrations = useRead(useCallback(async () => (await api.integrations()).items, [api]))
  const rows = (refusals.items ?? [])
    .filter((it) => integrationId === undefined || it.integration_id === integrationId)
    .flatMap(rowsOf)
    .toSorted((a, b) => Number(b.is_alarm) - Number(a.is_alarm))
  const nameOf = (row: Row): string =>
    integrations.answer?.find(({ id }) => id === row.integration_id)?.provider_account_email ??
    providerName(row.provider)
  // Most doors never refuse anything, and then there is nothing to say.
  if (rows.length === 0) return <ProblemLine problem={refusals.error} />
  return (
    <section aria-labelledby="rejections">
      <h3 id="rejections">{say.heading}</h3>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{say.integration}</th>
            <th scope="col">{say.meaning}</th>
            <th scope="col">{say.count}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.integration_id} ${row.reason}`} data-tone={toneOf(row)}>
              <td>
                <Link to={`/integrations/${row.integration_id}`}>{nameOf(row)}</Link>
              </td>
              <td>
                {row.is_alarm ? (
                  <span class="badge" data-tone="bad">
                    {say.alarm}
                  </span>
                ) : null}{' '}
                {words.fromServer(row.meaning)}
              </td>
              <td>{row.count.toLocaleString(tag)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {refusals.hasMore ? (
        <button type="button" onClick={refusals.loadMore}>
          {words.more}
        </button>
      ) : null}
    </section>
  )
}

type Row = ReturnType<typeof rowsOf>[number]

const rowsOf = ({ refused, ...of }: RefusedDeliveries) =>
  refused.map((refusal) => ({ ...of, ...refusal }))

const toneOf = ({ is_alarm: isAlarm }: Row) => (isAlarm ? 'bad' : undefined)
