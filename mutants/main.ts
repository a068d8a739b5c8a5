import { MUTANTS, NO_OPS } from './catalog.ts'
import type { Mutant } from './mutant.ts'
import { createProof, NotGreen, type Proof } from './prove.ts'
import { openWorkshop } from './workshop.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Whoever names a part of a mutant's name or file wants those alone. */
const parts = process.argv.slice(2)
const isWanted = ({ name, file }: Mutant): boolean =>
  parts.length === 0 || parts.some((part) => `${file} ${name}`.includes(part))

const givenUp = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => givenUp.abort())

const [mutants, noOps] = [MUTANTS.filter(isWanted), NO_OPS.filter(isWanted)]
const workshop = openWorkshop()
try {
  const proof = createProof(workshop, [...mutants, ...noOps], givenUp.signal)
  await proveHonest(proof)
  const missed = await judgeMutants(proof)
  const alarms = await judgeNoOps(proof)
  say(`${mutants.length - missed} caught, ${missed} missed`)
  process.exitCode = missed + alarms === 0 ? 0 : 1
} catch (error) {
  if (!(error instanceof NotGreen) && !givenUp.signal.aborted) throw error
  say(error instanceof NotGreen ? `✘ ${error.message}` : 'given up')
  process.exitCode = 1
} finally {
  await workshop.close()
}

async function proveHonest({ selections, ...proof }: Proof): Promise<void> {
  await timed('without a mutant the tree type-checks', proof.proveTyped)
  for (const [index, selection] of selections.entries())
    await timed(
      `green without a mutant, ${index + 1} of ${selections.length}: ${selection.file}`,
      () => proof.proveGreen(selection),
    )
  await timed('the mutants went through the compiler', proof.checkTypes)
}

async function judgeMutants({ judge }: Proof): Promise<number> {
  let missed = 0
  for (const [index, mutant] of mutants.entries()) {
    const { is, why } = await unlessGivenUp(() => judge(mutant))
    if (is !== 'caught') missed += 1
    const told = `${index + 1} of ${mutants.length}: ${mutant.name}`
    say(is === 'caught' ? `✔ caught ${told}` : `✘ missed ${told} (${mutant.file}): ${why}`)
  }
  return missed
}

/** What changes nothing must not be caught: a proof that catches it would catch anything. */
async function judgeNoOps({ judge }: Proof): Promise<number> {
  let alarms = 0
  for (const noOp of noOps) {
    const { is, why } = await unlessGivenUp(() => judge(noOp))
    if (is !== 'survived') alarms += 1
    const told = `${noOp.name} (${noOp.file})`
    say(is === 'survived' ? `✔ missed, as it must be: ${told}` : `✘ ${is}: ${told}: ${why}`)
  }
  return alarms
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const begun = performance.now()
  await unlessGivenUp(work)
  say(`✔ ${what} (${((performance.now() - begun) / 1_000).toFixed(1)} s)`)
}

/** What was cut off says nothing: neither that a test is green nor that it failed. */
async function unlessGivenUp<T>(work: () => Promise<T>): Promise<T> {
  const result = await work()
  givenUp.signal.throwIfAborted()
  return result
}
