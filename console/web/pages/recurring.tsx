import { useCallback, useState } from 'preact/hooks'
import type { Preview, SeriesAnswer, SeriesWish } from '../coaching-records.ts'
import { ProblemLine } from '../parts/problem-line.tsx'
import { SectionState } from '../parts/section-state.tsx'
import { SeriesForm } from '../parts/series-form.tsx'
import { SeriesPreview } from '../parts/series-preview.tsx'
import { Link } from '../router.tsx'
import { useDeed } from '../use-deed.ts'
import { useRead } from '../use-read.ts'
import { useWords } from '../words/language.ts'
import type { PageProps } from './page-props.ts'

/** What was previewed, and the key under which it is booked at most once. */
interface Previewed {
  readonly wish: SeriesWish
  readonly preview: Preview
  readonly key: string
}

/** A series of sessions: first how it would be, then booked as it was shown. */
export function Recurring({ api }: PageProps) {
  const words = useWords()
  const say = words.recurring
  const facts = useRead(
    useCallback(async () => {
      const [clients, packages] = await Promise.all([api.clients(), api.packages()])
      return { clients: clients.items, packages: packages.items }
    }, [api]),
  )
  const deed = useDeed()
  const [previewed, setPreviewed] = useState<Previewed>()
  const [made, setMade] = useState<SeriesAnswer>()

  const preview = (wish: SeriesWish) =>
    deed.run(async () => {
      setMade(undefined)
      setPreviewed(undefined)
      setPreviewed({ wish, preview: await api.previewSeries(wish), key: crypto.randomUUID() })
    })
  const book = ({ wish, key }: Previewed) =>
    deed.run(async () => {
      setMade(await api.makeSeries({ ...wish, idempotencyKey: key }))
      setPreviewed(undefined)
      facts.reload()
    })

  return (
    <section class="page" aria-labelledby="recurring">
      <h2 id="recurring">{say.heading}</h2>
      <p class="quiet">{say.text}</p>
      {facts.answer === undefined ? (
        <SectionState error={facts.error} onRetry={facts.reload} />
      ) : (
        <SeriesForm
          {...facts.answer}
          isBusy={deed.isBusy}
          onPreview={preview}
          onChange={() => setPreviewed(undefined)}
        />
      )}
      <ProblemLine problem={deed.problem} />
      {previewed === undefined ? null : (
        <SeriesPreview
          preview={previewed.preview}
          timezone={previewed.wish.timezone}
          isBusy={deed.isBusy}
          onBook={() => book(previewed)}
        />
      )}
      <div role="status">
        {made === undefined ? null : (
          <p class="report" data-tone={made.series.status === 'failed' ? 'bad' : 'good'}>
            {endOf(made)} <Link to="/dashboard/sessions">{say.see}</Link>
          </p>
        )}
      </div>
    </section>
  )

  function endOf({ series, sessions }: SeriesAnswer): string {
    if (series.status === 'creating') return say.making
    if (sessions.length > 0) return say.booked(sessions.length)
    return series.reason === null ? say.failed : words.fromServer(series.reason)
  }
}
