import { io } from 'socket.io-client'
import { machineMs } from './machine-clock.ts'

/**
 * A process of its own that listens at one socket and prints each frame as a line, with the
 * moment it had it in hand. Address and token come by the environment: a command line is public.
 */
const socket = io(process.env['DEMO_SOCKET_URL'] ?? '', {
  auth: { token: process.env['DEMO_SOCKET_TOKEN'] },
  transports: ['websocket'],
  reconnection: false,
})

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

socket.onAny((event: string, frame: object) => {
  print({ event, at: machineMs(), frame })
})
socket.on('connect_error', ({ message }) => {
  print({ event: 'refused', at: machineMs(), frame: { message } })
  process.exit(1)
})

// Whoever started us is gone when its pipe is.
process.stdin.on('end', () => process.exit(0)).resume()
