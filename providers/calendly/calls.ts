import { type ApiCall, answered, readEach, sendCall } from '../answers.ts'
import type { Fields } from '../fields.ts'
import type { Http, HttpAnswer } from '../http.ts'
import type { Access, Page } from '../provider.ts'
import { refusalOf } from './refusals.ts'

/** Where Calendly is, and the door to it. */
export interface CalendlyPlace {
  readonly http: Http
  readonly apiUrl: string
}

/** Sends one API call with a person's token, and throws unless it was granted. */
export const callApi = (place: CalendlyPlace, access: Access, call: ApiCall): Promise<HttpAnswer> =>
  sendCall({ ...place, refusalOf }, access, call)

/** Reads one page of a list. */
export function pageOf<T>(
  operation: string,
  answer: HttpAnswer,
  readItem: (item: Fields) => T,
): Page<T> {
  const { value, rate } = answered(operation, answer, (fields) => {
    const nextPage = fields.object('pagination').maybeText('next_page_token')
    return { ...readEach(fields.objects('collection'), readItem), nextPage }
  })
  return { ...value, rate }
}
