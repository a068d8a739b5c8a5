import type { FastifyReply } from 'fastify'

/** OAuth errors are worded apart from API errors. Source: RFC 6749 §5.2 */
const REFUSALS = {
  invalid_request: {
    status: 400,
    description: 'The request is missing a required parameter or is otherwise malformed.',
  },
  invalid_client: {
    status: 401,
    description:
      'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
  },
  invalid_grant: {
    status: 400,
    description:
      'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  },
  unsupported_grant_type: {
    status: 400,
    description: 'The authorization grant type is not supported by the authorization server.',
  },
  invalid_scope: {
    status: 400,
    description: 'The requested scope is invalid, unknown, or malformed.',
  },
  unsupported_response_type: {
    status: 400,
    description: 'The authorization server does not support this response type.',
  },
} as const

interface Refusal {
  status: number
  body: { error: string; error_description: string }
}

/** The refusal of that OAuth error code. */
export function refusal(error: keyof typeof REFUSALS): Refusal {
  const { status, description } = REFUSALS[error]
  return { status, body: { error, error_description: description } }
}

/** Answers a refusal. */
export function sendRefusal(reply: FastifyReply, { status, body }: Refusal) {
  return reply.code(status).send(body)
}
