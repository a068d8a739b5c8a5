import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { until } from './until.ts'

/** A frame as the separate process received it. */
export interface Frame {
  readonly event: string
  /** By the machine clock, in the receiving process. */
  readonly at: number
  readonly frame: Readonly<Record<string, unknown>>
}

/** A separate process that listens at a socket. */
export interface Listener {
  readonly pid: number
  /** What it has received so far. */
  readonly frames: () => readonly Frame[]
  readonly stop: () => Promise<void>
}

/** Starting a process and a handshake: a machine that is busy with everything else included. */
const READY_WITHIN_MS = 15_000

/** Promises a process whose socket has been welcomed. */
export async function listen(target: { url: string; token: string }): Promise<Listener> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./socket-child.ts'))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, DEMO_SOCKET_URL: target.url, DEMO_SOCKET_TOKEN: target.token },
  })
  const frames: Frame[] = []
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  createInterface(child.stdout).on('line', (line) => frames.push(JSON.parse(line) as Frame))
  const stop = (): Promise<void> => {
    child.stdin.end()
    return ended
  }
  const { isGood } = await until(
    async () => frames,
    (seen) => seen.length > 0 || child.exitCode !== null,
    READY_WITHIN_MS,
  )
  if (!isGood || frames[0]?.event !== 'ready') {
    await stop()
    throw new Error(`the socket was not welcomed: ${JSON.stringify(frames[0]?.frame ?? 'silence')}`)
  }
  return { pid: child.pid ?? 0, frames: () => frames, stop }
}

/** The frames about what this person booked: their prospect, and the meetings they are in. */
export const framesAbout = (frames: readonly Frame[], email: string): readonly Frame[] =>
  frames.filter(({ frame }) => JSON.stringify(frame).includes(JSON.stringify(email)))
