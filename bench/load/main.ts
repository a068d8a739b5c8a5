import type { Job, Measured } from './jobs.ts'
import { runBesieged } from './run-besieged.ts'
import { runBurst } from './run-burst.ts'
import { runPaced } from './run-paced.ts'

// A process of its own, so that making the load and measuring it share no thread with the measured.
process.on('message', (job: Job) => void answer(job))
process.once('disconnect', () => process.exit())
process.send?.({ ready: true })

async function answer(job: Job): Promise<void> {
  await run(job).then(
    (measured) => process.send?.({ measured }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
}

function run(job: Job): Promise<Measured> {
  if (job.kind === 'burst') return runBurst(job)
  return job.kind === 'paced' ? runPaced(job) : runBesieged(job)
}
