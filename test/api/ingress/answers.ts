import assert from 'node:assert/strict'
import type { RawAnswer } from '../raw-http.ts'

const problem = (told: { type: string; title: string; status: number; detail: string }): string =>
  JSON.stringify({ ...told, type: `urn:rendezvous:problem:${told.type}` })

const NOT_FOUND = { type: 'not-found', title: 'There is nothing here for you', status: 404 }
const MEDIA = { type: 'unsupported-media-type', title: 'This kind of content is not accepted' }

/** Every answer the door has for a delivery, to the letter. */
export const ANSWERS = {
  taken: [200, '{}'],
  refused: [
    401,
    problem({
      type: 'bad-signature',
      title: 'The signature is not accepted',
      status: 401,
      detail: 'The delivery is not accepted.',
    }),
  ],
  noSuchPath: [404, problem({ ...NOT_FOUND, detail: 'No such thing, or not yours.' })],
  tooLarge: [
    413,
    problem({
      type: 'too-large',
      title: 'The request is too large',
      status: 413,
      detail: 'The request is too large.',
    }),
  ],
  notJson: [415, problem({ ...MEDIA, status: 415, detail: 'Send application/json in UTF-8.' })],
  compressed: [
    415,
    problem({ ...MEDIA, status: 415, detail: 'Send the body without compression.' }),
  ],
  manyHeaders: [
    431,
    problem({
      type: 'header-too-large',
      title: 'The header is too large',
      status: 431,
      detail: 'Send fewer headers.',
    }),
  ],
  notStored: [
    503,
    problem({
      type: 'unavailable',
      title: 'This can not be done right now',
      status: 503,
      detail: 'Deliver again in a few seconds.',
    }),
  ],
  // Fastify's own words for what is no request: nothing of what was sent.
  notHttp: [400, '{"error":"Bad Request","message":"Client Error","statusCode":400}'],
  tooSlow: [408, '{"error":"Request Timeout","message":"Client Timeout","statusCode":408}'],
  headOverflow: [
    431,
    '{"error":"Request Header Fields Too Large","message":"Exceeded maximum allowed HTTP header size","statusCode":431}',
  ],
  // An empty body in chunks, as Node itself answers.
  oddExpectation: [417, '0\r\n\r\n'],
} as const satisfies Record<string, readonly [status: number, body: string]>

/** Promises that an answer is exactly this one. */
export function is(answer: RawAnswer, name: keyof typeof ANSWERS, about = ''): void {
  assert.deepEqual([answer.status, answer.body], [...ANSWERS[name]], about)
}
