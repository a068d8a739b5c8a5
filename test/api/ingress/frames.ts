import { io } from 'socket.io-client'
import { tokenOf } from '../harness.ts'
import type { Tenant, TestApi } from '../harness.ts'

/** What an admin's socket hears. */
export interface HeardFrames {
  /** Promises the names of all frames told since the last look, and that none is under way. */
  readonly soFar: () => Promise<readonly string[]>
  readonly close: () => void
}

/** A frame of the test's own: whatever was told before it is heard before it. */
const MARK = 'integration:updated'

/** Promises an admin of the tenant's organization at a socket. */
export async function hearFrames(
  { origin, database }: Pick<TestApi, 'origin' | 'database'>,
  { organization, organizationId }: Tenant,
): Promise<HeardFrames> {
  const token = await tokenOf({ organization, subject: `ear of ${organization}`, role: 'admin' })
  const socket = io(origin, {
    path: '/socket.io',
    transports: ['websocket'],
    reconnection: false,
    auth: { token },
  })
  let heard: string[] = []
  let marks = 0
  let onMark: (() => void) | undefined
  socket.onAny((name: string, { id }: { id?: string }) => {
    if (id === `mark ${marks}`) onMark?.()
    else heard.push(name)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('ready', () => resolve())
    socket.once('connect_error', reject)
  })
  heard = []
  return {
    async soFar() {
      marks += 1
      const marked = new Promise<void>((resolve) => (onMark = resolve))
      await database.withTenant(organizationId, async (tx) =>
        tx.emit(MARK, { id: `mark ${marks}` }, []),
      )
      await marked
      const told = heard
      heard = []
      return told
    },
    close: () => void socket.close(),
  }
}
