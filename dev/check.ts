import { runStage, STAGES } from './stages.ts'

let failed = 0
for (const stage of STAGES) {
  const { name, ok, ms, output } = await runStage(stage)
  console.log(`${ok ? '✔' : '✘'} ${name} (${ms} ms)`)
  if (!ok) console.log(output)
  if (!ok) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
