import type { Socket } from 'socket.io'
import { isApiKey } from './auth.ts'
import type { Authenticate, Identity } from './auth.ts'

/** Who was let in, and with what. */
export interface SocketBearer {
  readonly identity: Identity
  readonly token: string
}

/** Who a socket of ours speaks for. */
export const bearerOfSocket = (socket: Socket): SocketBearer => socket.data as SocketBearer

/**
 * Ends the sockets whose bearer is no longer who they were. The clock ends tokens; beyond that
 * one question is asked for each key, and one for all of a role in an organization: what else
 * their tokens say can't change.
 */
export async function dropStale(
  sockets: readonly Socket[],
  authenticate: Authenticate,
): Promise<void> {
  const isStale = async (socket: Socket): Promise<boolean> => {
    const { identity, token } = bearerOfSocket(socket)
    const now = await authenticate(token)
    return now === undefined || !isSame(identity, now)
  }
  for (const socket of sockets)
    if ((bearerOfSocket(socket).identity.expiresAt ?? Infinity) <= Date.now())
      socket.disconnect(true)
  const alike = Map.groupBy(
    sockets.filter(({ connected }) => connected),
    askedTogether,
  )
  for (const group of alike.values()) {
    const [first] = group
    if (first === undefined || !(await isStale(first))) continue
    for (const socket of group) if (await isStale(socket)) socket.disconnect(true)
  }
}

function askedTogether(socket: Socket): string {
  const { identity, token } = bearerOfSocket(socket)
  return isApiKey(token) ? token : `${identity.organizationId} ${identity.role} ${identity.seesAll}`
}

const isSame = (before: Identity, now: Identity): boolean =>
  before.role === now.role && before.seesAll === now.seesAll && before.userId === now.userId
