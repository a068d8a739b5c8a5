import assert from 'node:assert/strict'
import { createCalcom } from '../../providers/calcom/client.ts'
import type { HttpAnswer, HttpCall } from '../../providers/http.ts'

export const API = 'https://api.cal.com'
export const ACCESS = { token: 'a key of rita' }
/** Somebody in no organization. */
export const ALONE = { userUri: `${API}/users/7`, organizationUri: `${API}/users/7` }
/** The same in one. */
export const MEMBER = { ...ALONE, organizationUri: `${API}/organizations/3` }

/** Our client over a network that answers in this order, and what left us. */
export function clientOf(...answers: (Partial<HttpAnswer> & { body?: unknown })[]) {
  const sent: HttpCall[] = []
  const http = {
    send: async (call: HttpCall): Promise<HttpAnswer> => {
      sent.push(call)
      const answer = answers[sent.length - 1]
      assert.ok(answer !== undefined, `unforeseen: ${call.operation}`)
      return { status: 200, body: undefined, rate: null, retryAfterMs: undefined, ...answer }
    },
    close: async () => {},
  }
  return { calcom: createCalcom({ http, apiUrl: API }), sent }
}
