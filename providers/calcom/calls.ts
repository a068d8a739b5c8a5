import { type ApiCall, answered, sendCall } from '../answers.ts'
import type { Fields } from '../fields.ts'
import type { Http, HttpAnswer } from '../http.ts'
import type { Access, Answered } from '../provider.ts'
import { refusalOf } from './refusals.ts'

/** Where Cal.com is for those who chose no other, and the door to it. */
export interface CalcomPlace {
  readonly http: Http
  readonly apiUrl: string
}

/** Where the API is that an access opens. */
export const addressFor = ({ apiUrl }: CalcomPlace, { apiAddress }: Access): string =>
  apiAddress ?? apiUrl

/** Sends one API call with a person's key, and throws unless it was granted. */
export const callApi = (place: CalcomPlace, access: Access, call: ApiCall): Promise<HttpAnswer> =>
  sendCall({ http: place.http, apiUrl: `${addressFor(place, access)}/v2`, refusalOf }, access, call)

/** Reads what an answer wraps: `{ status: "success", data }`. */
export const answeredData = <T>(
  operation: string,
  answer: HttpAnswer,
  readData: (data: Fields) => T,
): Answered<T> => answered(operation, answer, (fields) => readData(fields.object('data')))
